"""Every rule of captions: what breaks it, what is said of it, and what its fix leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ideogram4.caption import parse_caption, validate_caption
from tests.caption.spoiling import ELEMENT, Spoil, composition, element, of_code, style

# What is done to a good caption; the code, severity and path that come of it; and whether the fix
# leaves nothing of it.
RULES: list[tuple[Spoil, str, str, str, bool]] = [
    (lambda c: c.pop("compositional_deconstruction"), "missing-key", "error", "", True),
    (lambda c: composition(c).pop("background"), "missing-key", "error", ELEMENT[:29], True),
    (lambda c: composition(c).pop("elements"), "missing-key", "error", ELEMENT[:29], True),
    (lambda c: element(c).pop("desc"), "missing-key", "error", ELEMENT, True),
    (lambda c: element(c).pop("type"), "missing-key", "error", ELEMENT, True),
    (lambda c: element(c).update(type="text"), "missing-key", "error", ELEMENT, True),
    (lambda c: element(c).update(desc=5), "wrong-type", "error", ELEMENT + "/desc", True),
    (lambda c: element(c).update(type=[]), "wrong-type", "error", ELEMENT + "/type", False),
    (
        lambda c: element(c).update(type="text", text={}),
        "wrong-type",
        "error",
        ELEMENT + "/text",
        False,
    ),
    (lambda c: element(c).update(bbox=None), "wrong-type", "error", ELEMENT + "/bbox", True),
    (lambda c: c.update(style_description=[]), "wrong-type", "error", "/style_description", False),
    (
        lambda c: style(c).update(photo=None),
        "wrong-type",
        "error",
        "/style_description/photo",
        True,
    ),
    (lambda c: element(c).update(type="person"), "unknown-type", "error", ELEMENT + "/type", True),
    (lambda c: element(c).update(text="HI"), "text-on-object", "error", ELEMENT + "/text", True),
    (
        lambda c: style(c).update(art_style="oil"),
        "photo-and-art-style",
        "error",
        "/style_description",
        True,
    ),
    (lambda c: element(c).update(bbox=[1, 2, 3]), "bbox-length", "error", ELEMENT + "/bbox", True),
    (
        lambda c: element(c).update(bbox=[0.1, 0, 1, 1]),
        "bbox-not-integers",
        "error",
        ELEMENT + "/bbox/0",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[0, 0, 10.0, 10]),
        "bbox-not-integers",
        "error",
        ELEMENT + "/bbox/2",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[0, False, 10, 10]),
        "boolean-as-number",
        "error",
        ELEMENT + "/bbox/1",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[0, 0, 10, 1001]),
        "bbox-range",
        "error",
        ELEMENT + "/bbox/3",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[-1, 0, 10, 10]),
        "bbox-range",
        "error",
        ELEMENT + "/bbox/0",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[9, 0, 5, 10]),
        "bbox-inverted",
        "error",
        ELEMENT + "/bbox",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[5, 0, 5, 10]),
        "bbox-empty",
        "error",
        ELEMENT + "/bbox",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["#FFFFFF"], colour_palette=["#000000"]),
        "both-palettes",
        "error",
        ELEMENT + "/color_palette",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["red"]),
        "colour-format",
        "error",
        ELEMENT + "/color_palette/0",
        True,
    ),
    (
        lambda c: element(c).update(colour_palette=["#FFFFFF\n"]),
        "colour-format",
        "error",
        ELEMENT + "/colour_palette/0",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["#ff00aa"]),
        "colour-lowercase",
        "warning",
        ELEMENT + "/color_palette/0",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["#FFFFFF"] * 6),
        "palette-too-long",
        "warning",
        ELEMENT + "/color_palette",
        True,
    ),
    (
        lambda c: style(c).update(colour_palette=["#FFFFFF"] * 17),
        "palette-too-long",
        "warning",
        "/style_description/colour_palette",
        True,
    ),
    (
        lambda c: element(c).update(colour_palette=[]),
        "palette-empty",
        "warning",
        ELEMENT + "/colour_palette",
        True,
    ),
    (lambda c: style(c).pop("medium"), "missing-key", "warning", "/style_description", True),
    (lambda c: style(c).pop("photo"), "no-style-kind", "warning", "/style_description", False),
    (lambda c: c.update(seed=7), "unknown-key", "warning", "/seed", True),
    (
        lambda c: element(c).update({"a/b~c": 7}),
        "unknown-key",
        "warning",
        ELEMENT + "/a~1b~0c",
        True,
    ),
    (
        lambda c: composition(c).update(elements=[]),
        "no-elements",
        "warning",
        "/compositional_deconstruction/elements",
        False,
    ),
    (
        lambda c: composition(c).update(background=""),
        "empty-value",
        "warning",
        "/compositional_deconstruction/background",
        False,
    ),
    (lambda c: c.pop("high_level_description"), "recommended-key", "hint", "", False),
    (
        lambda c: c.update(high_level_description="word " * 51),
        "many-words",
        "hint",
        "/high_level_description",
        False,
    ),
    (
        lambda c: element(c).update(desc="word " * 61),
        "many-words",
        "hint",
        ELEMENT + "/desc",
        False,
    ),
    (lambda c: element(c).update(desc="a cup"), "few-words", "hint", ELEMENT + "/desc", False),
    (
        lambda c: composition(c).update(elements=composition(c)["elements"][:3]),
        "element-count",
        "hint",
        "/compositional_deconstruction/elements",
        False,
    ),
]
IDS = [f"{rule[2]} {rule[1]} {number}" for number, rule in enumerate(RULES)]


@pytest.mark.parametrize(("spoil", "code", "severity", "path", "mends"), RULES, ids=IDS)
def test_each_rule(
    data: dict[str, Any], spoil: Spoil, code: str, severity: str, path: str, mends: bool
) -> None:
    spoil(data)
    result = parse_caption(json.dumps(data))
    issue = of_code(result.issues, code)
    assert (issue.severity, issue.path) == (severity, path)
    assert result.ok == (severity != "error") == (result.caption is not None)
    assert [issue.code for issue in validate_caption(data)] == [i.code for i in result.issues]
    if mends:
        assert issue.fix is not None
        before = json.dumps(data)
        after = validate_caption(issue.fix(data))
        assert (code, path) not in [(left.code, left.path) for left in after]
        assert json.dumps(data) == before, "a fix works on a copy"
