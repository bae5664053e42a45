"""``python -m hedgerow``: the same as the command ``hedgerow``."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
