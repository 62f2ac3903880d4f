"""Is this value a caption, and how good a one: the schema, run.

Why: `schema.json` states every rule; `jsonschema` runs it, with the few keywords of ours added, and
`rules` says in plain words what was broken. Importing jsonschema costs as much as the rest of this
package, so it is imported when the first caption is checked.

What it is not: a reader of text (`parse`), and it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from ideogram4.caption.fixes import remove
from ideogram4.caption.issue import Finding, Path
from ideogram4.caption.rules import count_shown, explain
from ideogram4.caption.schema import resolved_schema
from ideogram4.caption.serialise import MODEL_PALETTE, PEOPLE_PALETTE, as_written, people_spelling

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

_MOST_FINDINGS = 300


def find_problems(value: Any) -> tuple[list[Finding], Any]:
    """Everything wrong with JSON data as a caption, and the data in people's spelling."""
    people, renamed, clashes = people_spelling(value)
    findings = [_both_palettes(path) for path in clashes]
    told: set[tuple[Path, str, str]] = set()
    errors = list(islice(_validator().iter_errors(people), _MOST_FINDINGS))
    # Where the type is wrong, what else is wrong says nothing.
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    for error in errors:
        if error.validator != "type" and tuple(error.absolute_path) in mistyped:
            continue
        path = as_written(tuple(error.absolute_path), renamed)
        for finding in explain(error, path):
            # A colour can break both its pattern and its length; once is enough.
            key = (finding.path, finding.code, finding.message)
            if key not in told:
                told.add(key)
                findings.append(finding)
    if len(errors) == _MOST_FINDINGS:
        message = f"There are more than {_MOST_FINDINGS} problems; the first are shown."
        findings.append(Finding((), "too-many-problems", message))
    return findings, people


def _both_palettes(path: Path) -> Finding:
    message = (
        f"{PEOPLE_PALETTE} and {MODEL_PALETTE} are one thing in two spellings: keep one of them."
    )
    fix = remove((*path, MODEL_PALETTE), f"Keep {PEOPLE_PALETTE}")
    return Finding((*path, MODEL_PALETTE), "both-palettes", message, fix=fix, about_key=True)


@cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema import validators as jsonschema_validators

    def rule(check: Callable[..., Iterator[Path]]) -> Callable[..., Iterator[ValidationError]]:
        """A keyword from a function that yields the path, from here, of each offence."""

        def keyword(
            validator: Any, limits: Any, value: Any, schema: Any
        ) -> Iterator[ValidationError]:
            for path in check(limits, value, schema):
                yield ValidationError("", path=path)

        return keyword

    # JSON Schema takes 100.0 for an integer; the model has never seen one written so.
    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda checker, value: type(value) is int
    )
    keywords = {
        "required": rule(_missing),
        "additionalProperties": rule(_unknown),
        "x-recommended": rule(_missing),
        "x-words": rule(_word_count),
        "x-usual-items": rule(_item_count),
        "x-box": rule(_bad_box),
    }
    # jsonschema's own hints leave `extend` untyped.
    extend: Any = jsonschema_validators.extend
    checker = extend(Draft202012Validator, validators=keywords, type_checker=types)
    validator: Validator = checker(resolved_schema())
    return validator


def _missing(keys: list[str], value: Any, schema: Any) -> Iterator[Path]:
    if isinstance(value, dict):
        yield from ((key,) for key in keys if key not in value)


def _unknown(allowed: bool, value: Any, schema: Any) -> Iterator[Path]:
    if isinstance(value, dict):
        yield from ((key,) for key in value if key not in schema["properties"])


def _word_count(limits: dict[str, int], value: Any, schema: Any) -> Iterator[Path]:
    if isinstance(value, str) and value:
        count = len(value.split())
        if count > limits["max"] or count < limits.get("min", 0):
            yield ()


def _item_count(limits: dict[str, int], value: Any, schema: Any) -> Iterator[Path]:
    if not isinstance(value, list) or not value:
        return
    if not limits["min"] <= count_shown(value) <= limits["max"]:
        yield ()


def _bad_box(rule: bool, value: Any, schema: Any) -> Iterator[Path]:
    four = isinstance(value, list) and len(value) == 4 and all(type(n) is int for n in value)
    if four and not (value[0] < value[2] and value[1] < value[3]):
        yield ()
