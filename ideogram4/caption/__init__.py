"""Captions: the schema, reading, checking, mending, writing, and the geometry of their boxes.

    result = parse_caption(text)      # ParseResult(caption, issues)
    result = repair_caption(pasted)   # RepairResult(caption, changes, issues, aspect_ratio, ...)
    result.caption.to_prompt()        # what the model reads

What it is not: anything that needs a model. Standard library and jsonschema only; counting tokens
is the pipeline's.
"""

from __future__ import annotations

from ideogram4.caption.colours import parse_colour
from ideogram4.caption.issue import Fix, Issue
from ideogram4.caption.model import Caption, Composition, Element, Style
from ideogram4.caption.parse import ParseResult, parse_caption, validate_caption
from ideogram4.caption.repair import RepairResult, repair_caption
from ideogram4.caption.repairs.log import Change
from ideogram4.caption.schema import LIMITS, Limits, load_schema
from ideogram4.caption.serialise import format_json

__all__ = [
    "LIMITS",
    "Caption",
    "Change",
    "Composition",
    "Element",
    "Fix",
    "Issue",
    "Limits",
    "ParseResult",
    "RepairResult",
    "Style",
    "format_json",
    "load_schema",
    "parse_caption",
    "parse_colour",
    "repair_caption",
    "validate_caption",
]
