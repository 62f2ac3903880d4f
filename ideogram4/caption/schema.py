"""The caption's schema as data, and what follows from it: key order and limits.

Why: `schema.json` is the one truth for names, order, limits, titles and help texts. Whoever needs
one of these asks here, so a change in that file changes the rules, the serialiser, the editor's
completion and the README's table together.

What it is not: the check itself; that is `validate`.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Hard limits of a caption. `bytes` counts UTF-8, `string` code points, `values` JSON values.

    `tokens` counts the model's tokens, chat template included; only the pipeline can count them.
    """

    bytes: int
    depth: int
    elements: int
    string: int
    values: int
    tokens: int
    style_palette: int
    element_palette: int
    grid: int


@cache
def _source() -> dict[str, Any]:
    text = files("ideogram4.caption").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def load_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a caption as people write it; a fresh copy each call."""
    return copy.deepcopy(_source())


@cache
def resolved_schema() -> dict[str, Any]:
    """The schema with every `$ref` replaced by what it names: checking it is twice as fast.

    Shared by all callers: do not change it.
    """
    schema: dict[str, Any] = _resolve(_source())
    return schema


def _resolve(node: Any) -> Any:
    if isinstance(node, list):
        return [_resolve(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = _source()["$defs"][node["$ref"].rpartition("/")[2]]
        own = {key: value for key, value in node.items() if key != "$ref"}
        severity = {**target.get("x-severity", {}), **own.get("x-severity", {})}
        node = {**target, **own, "x-severity": severity}
    return {key: _resolve(value) for key, value in node.items() if key != "$defs"}


def keys_of(name: str) -> tuple[str, ...]:
    """Keys in trained order of "caption" (the root), "style", "composition" or "element"."""
    node = _source() if name == "caption" else _source()["$defs"][name]
    return tuple(node["properties"])


def _limits() -> Limits:
    schema = resolved_schema()
    style = schema["properties"]["style_description"]["properties"]
    composition = schema["properties"]["compositional_deconstruction"]["properties"]
    element = composition["elements"]["items"]["properties"]
    return Limits(
        **schema["x-limits"],
        style_palette=style["colour_palette"]["maxItems"],
        element_palette=element["colour_palette"]["maxItems"],
        grid=element["bbox"]["items"]["maximum"],
    )


LIMITS = _limits()
