"""Where the parts of a caption are that a test spoils. What it is not: a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ideogram4.caption import Issue

ELEMENT = "/compositional_deconstruction/elements/0"
Spoil = Callable[[dict[str, Any]], object]


def element(caption: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caption["compositional_deconstruction"]["elements"][0]
    return found


def style(caption: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caption["style_description"]
    return found


def composition(caption: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caption["compositional_deconstruction"]
    return found


def of_code(issues: tuple[Issue, ...], code: str) -> Issue:
    return next(issue for issue in issues if issue.code == code)
