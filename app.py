"""Open the studio: `python app.py`, and the entry of a Hugging Face Space.

Everything is in `ui.studio`; what the environment says is in `ideogram4.settings`. For options on
the command line use `ideogram4 serve`.
"""

from __future__ import annotations

import sys

from ideogram4.errors import Ideogram4Error
from ideogram4.settings import Settings
from ui import studio


def main() -> int:
    """Serve until stopped; returns the exit code."""
    try:
        studio.launch(Settings.from_env())
    except Ideogram4Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
