"""Importers of data that users downloaded themselves, a file for each kind, to tidy tables."""
