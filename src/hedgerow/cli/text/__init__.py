"""One file a command: the words in which it tells what it found."""
