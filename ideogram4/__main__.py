"""`python -m ideogram4` is the `ideogram4` command."""

from __future__ import annotations

import sys

from ideogram4.cli import main

if __name__ == "__main__":
    sys.exit(main())
