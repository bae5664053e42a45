"""The command ``hedgerow``."""
