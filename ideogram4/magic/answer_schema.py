"""The caption's schema made strict, for writing captions instead of reading them.

Everything that a reader tolerates a writer leaves out: nothing optional that was not asked for, no
text without an end, exactly one of photo and art style, letters only in text elements. Derived from
`caption/schema.json`, so a field that is renamed there is renamed here. It is plain JSON Schema
without conditions, which every library for constrained decoding understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ideogram4.caption import load_schema

Schema = dict[str, Any]

# Characters of a text, by the property it is in; what is not named here is a phrase.
_LENGTHS = {
    "high_level_description": "summary",
    "desc": "description",
    "background": "description",
    "text": "letters",
}
# Kept for the person, never written by a model.
_NEVER = ("hidden",)


@dataclass(frozen=True)
class AnswerLimits:
    """How long an answer may become. Characters of each kind of text, and how many of each list."""

    summary: int = 400
    description: int = 500
    phrase: int = 160
    letters: int = 120
    elements: int = 8
    colours: int = 6
    element_colours: int = 4

    def characters(self, name: str) -> int:
        """The most characters of the property `name`."""
        limit: int = getattr(self, _LENGTHS.get(name, "phrase"))
        return limit


def answer_schema(
    limits: AnswerLimits | None = None, *, boxes: bool = True, colours: bool = True
) -> Schema:
    """What a written caption must be. boxes: every element has one, or none has; so for colours."""
    limits = limits or AnswerLimits()
    schema = load_schema()
    left_out = {"bbox": boxes, "colour_palette": colours}
    writer = _Writer(
        schema["$defs"],
        limits,
        frozenset((*_NEVER, *(name for name, wanted in left_out.items() if not wanted))),
    )
    return writer.object_of(schema["properties"])


@dataclass(frozen=True)
class _Writer:
    definitions: Mapping[str, Schema]
    limits: AnswerLimits
    left_out: frozenset[str]

    def object_of(self, properties: Mapping[str, Schema]) -> Schema:
        """An object with all of these properties, in their order, and no other."""
        kept = {name: node for name, node in properties.items() if self._wanted(name)}
        return {
            "type": "object",
            "properties": {name: self.node_of(name, node) for name, node in kept.items()},
            "required": list(kept),
            "additionalProperties": False,
        }

    def node_of(self, name: str, node: Schema) -> Schema:
        node = self._resolved(node)
        if node.get("type") == "object":
            return self._variants_of(node)
        if node.get("type") == "array":
            return self._list_of(name, node)
        if node.get("type") == "string" and "enum" not in node and "pattern" not in node:
            return {"type": "string", "minLength": 1, "maxLength": self.limits.characters(name)}
        kept = ("type", "enum", "const", "pattern", "minimum", "maximum")
        return {key: node[key] for key in kept if key in node}

    def _variants_of(self, node: Schema) -> Schema:
        """One object for each way that the reader's conditions leave open."""
        properties = node["properties"]
        choices = [choice["required"][0] for choice in node.get("oneOf", ())]
        if choices:
            return {
                "anyOf": [
                    self.object_of(_without(properties, *(c for c in choices if c != chosen)))
                    for chosen in choices
                ]
            }
        rules = [rule for rule in node.get("allOf", ()) if "if" in rule]
        if rules:
            return {"anyOf": [self._under(rule, properties) for rule in rules]}
        return self.object_of(properties)

    def _under(self, rule: Schema, properties: Mapping[str, Schema]) -> Schema:
        """The object under an if-then rule: a constant, and what is then forbidden left out."""
        forbidden = rule["then"].get("not", {}).get("required", ())
        fixed = rule["if"]["properties"]
        return self.object_of({**_without(properties, *forbidden), **_in_order(properties, fixed)})

    def _list_of(self, name: str, node: Schema) -> Schema:
        if node.get("x-box"):
            return {
                "type": "array",
                "items": self.node_of(name, node["items"]),
                "minItems": node["minItems"],
                "maxItems": node["maxItems"],
            }
        most = self.limits.elements
        if name == "colour_palette":
            is_small = node["maxItems"] <= self.limits.element_colours + 1
            most = self.limits.element_colours if is_small else self.limits.colours
            most = min(most, node["maxItems"])
        items = self.node_of(name, node["items"])
        return {"type": "array", "items": items, "minItems": 1, "maxItems": most}

    def _resolved(self, node: Schema) -> Schema:
        if "$ref" not in node:
            return node
        target = self.definitions[node["$ref"].rpartition("/")[2]]
        return {**self._resolved(target), **{k: v for k, v in node.items() if k != "$ref"}}

    def _wanted(self, name: str) -> bool:
        return name not in self.left_out


def _without(properties: Mapping[str, Schema], *names: str) -> dict[str, Schema]:
    return {name: node for name, node in properties.items() if name not in names}


def _in_order(properties: Mapping[str, Schema], fixed: Mapping[str, Schema]) -> dict[str, Schema]:
    return {name: dict(fixed[name]) for name in properties if name in fixed}
