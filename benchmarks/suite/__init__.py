"""Measurements of Hedgerow's speed and memory: see README.md one folder up."""
