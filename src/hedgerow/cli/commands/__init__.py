"""One file a command: its options in, its exit code out. Imported only when it is called."""
