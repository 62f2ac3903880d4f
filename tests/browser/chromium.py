"""Where this machine's Chromium is: the system's, never one that is downloaded."""

from __future__ import annotations

import shutil

# The headless shell is the same engine without windows, and six times as quick to open a tab.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
MISSING = "Chromium is needed (Debian: apt-get install chromium-headless-shell)."


def find_chromium() -> str | None:
    """The path of the first there is."""
    return next(filter(None, map(shutil.which, NAMES)), None)
