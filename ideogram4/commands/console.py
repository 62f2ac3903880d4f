"""Talking to a person at a terminal: results on stdout, everything else on stderr.

Every text passes through here, which is where keys are hidden and control characters made visible
(a caption may come from anybody, and a terminal obeys escape sequences). It decides nothing.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from ideogram4.errors import CaptionError, Ideogram4Error

HIDDEN = "[hidden]"
KEY_OPTION = re.compile(r"--[\w-]*(?:key|token|secret)[\w-]*", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SHORTEST_SECRET = 4  # hiding shorter ones would only make messages unreadable
ISSUES_SHOWN = 20


class Console:
    """One run's way to speak. `secrets` never appear in anything it prints."""

    def __init__(self, secrets: Iterable[str] = (), *, debug: bool = False) -> None:
        long_enough = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        # Longest first: one key may be the beginning of another.
        self._secrets = sorted(long_enough, key=len, reverse=True)
        self.debug = debug

    def result(self, text: str) -> None:
        """Print a line that another program may read, on stdout."""
        print(self.clean(text), file=sys.stdout, flush=True)

    def document(self, text: str) -> None:
        """Print a caption or JSON exactly as it is, on stdout."""
        print(text, file=sys.stdout, flush=True)

    def say(self, text: str) -> None:
        """Print a line for the person, on stderr."""
        print(self.clean(text), file=sys.stderr, flush=True)

    def error(self, problem: Ideogram4Error) -> None:
        """Print an error of ours: message, issues if it carries any, and what to do."""
        if self.debug:
            self.say(traceback.format_exc().rstrip())
        self.say(f"error: {problem.message}")
        issues = problem.issues if isinstance(problem, CaptionError) else ()
        for issue in issues[:ISSUES_SHOWN]:
            self.say(f"  {issue.line or 1}:{issue.column or 1}: {issue.code} {issue.message}")
        if len(issues) > ISSUES_SHOWN:
            self.say(f"  and {len(issues) - ISSUES_SHOWN} more")
        if problem.hint:
            self.say(problem.hint)

    def clean(self, text: str) -> str:
        """Return `text` with keys hidden and control characters written as escapes."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


class Progress:
    """A bar that redraws itself on a terminal; elsewhere a plain line now and then."""

    WIDTH = 24
    PLAIN_SECONDS = 5.0  # between two plain lines; what is quicker needs none

    def __init__(
        self,
        console: Console,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._stream = stream or sys.stderr
        self._clock = clock
        self._live = self._stream.isatty()
        self._what = ""
        self._started = self._told = 0.0
        self._drawn = 0

    def show(
        self, what: str, fraction: float, note: str = "", seconds_left: float | None = None
    ) -> None:
        """Show that `what` is done to `fraction` (0 to 1).

        seconds_left: from whoever knows better than the share of the time spent, as for a download
        that goes on from its middle.
        """
        now = self._clock()
        if what != self._what:
            self.close()
            self._what, self._started, self._told = what, now, now
        spent = now - self._started
        if seconds_left is None and 0 < fraction < 1 and spent > 1:
            seconds_left = spent / fraction - spent
        left = "" if seconds_left is None else f"{duration(seconds_left)} left"
        if self._live:
            filled = round(self.WIDTH * fraction)
            bar = "█" * filled + "░" * (self.WIDTH - filled)
            self._redraw(" ".join(filter(None, (what, bar, note, left))))
        elif now - self._told >= self.PLAIN_SECONDS:
            self._told = now
            self._console.say(
                f"{what}: " + ", ".join(filter(None, (f"{fraction:.0%}", note, left)))
            )

    def close(self) -> None:
        """Leave the line, so that what is printed next begins on its own."""
        if self._drawn:
            self._stream.write("\n")
            self._stream.flush()
        self._drawn = 0
        self._what = ""

    def _redraw(self, line: str) -> None:
        line = self._console.clean(line)
        self._stream.write("\r" + line.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(line)


def duration(seconds: float) -> str:
    """Seconds as people say them: 40 s, 12 min, 3 h 20 min."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def keys_in(arguments: Sequence[str]) -> list[str]:
    """Return what was given to options that look like keys, misspelt ones included."""
    found = []
    for position, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if not KEY_OPTION.fullmatch(name):
            continue
        if equals:
            found.append(value)
        elif position + 1 < len(arguments):
            found.append(arguments[position + 1])
    return found
