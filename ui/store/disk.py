"""What a disk refuses, told without saying where it lies: strangers may be shown these words.

What it is not: the writing (`ideogram4.files`), whose own errors name the file; they are for the
log, and for the command line of whoever owns the disk.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ideogram4.errors import Ideogram4Error

log = logging.getLogger(__name__)


@contextmanager
def writing(what: str) -> Iterator[None]:
    """Ideogram4Error that `what` could not be written, where the disk is the reason."""
    try:
        yield
    except Ideogram4Error as problem:
        reason = problem.__cause__
        if not isinstance(reason, OSError):
            raise
        log.warning("%s", problem)
        # By its number: the text of an OSError may hold a path as well.
        cause = os.strerror(reason.errno) if reason.errno else "the disk refused"
        raise Ideogram4Error(
            f"{what} could not be written: {cause}",
            hint="Nothing that was there before has changed.",
        ) from reason
