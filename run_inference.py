"""Draw one picture from the command line, as the product document describes it.

    python run_inference.py --model demo --prompt "$(cat caption.json)" --output out.png

A thin door: the work is in ideogram4/commands/product.py.
"""

from __future__ import annotations

import sys

from ideogram4.cli import Parser, run
from ideogram4.commands.product import add_arguments


def build_parser() -> Parser:
    """Return the parser of this script."""
    parser = Parser(
        prog="run_inference.py", description="Draw a picture with Ideogram 4.", allow_abbrev=False
    )
    add_arguments(parser)
    return parser


if __name__ == "__main__":
    sys.exit(run(build_parser, sys.argv[1:]))
