"""The command ``hedgerow``: one file a command, imported only when it is called."""
