"""The `dateline` command, where it is not on the path: python -m ui."""

import sys

from ui.cli import main

if __name__ == "__main__":
    sys.exit(main())
