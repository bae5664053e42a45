"""Explains why a country moved as it did: its options, their values, and what was forbidden."""
