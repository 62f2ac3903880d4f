"""What the JSON editor asks Python, with whatever a browser may send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ui.editor.checks import apply_fix, apply_fixes, check
from ui.editor.reading import make_reading
from ui.editor.review import apply_review, review

GOOD: dict[str, Any] = {
    "high_level_description": "A red cup on a table.",
    "compositional_deconstruction": {
        "background": "A plain wall.",
        "elements": [{"type": "obj", "bbox": [100, 200, 300, 400], "desc": "A red cup."}],
    },
}
ODD = [
    None,
    3,
    [],
    {},
    True,
    "",
    "{",
    "[" * 10_000,
    "9" * 5_000,
    '{"a": "\\ud800"}',
    "\x00",
    "null",
]


def with_element(**changes: Any) -> str:
    caption = json.loads(json.dumps(GOOD))
    caption["compositional_deconstruction"]["elements"][0].update(changes)
    return json.dumps(caption)


def test_a_good_caption_has_no_errors() -> None:
    assert not [issue for issue in check(json.dumps(GOOD)) if issue["severity"] == "error"]


def test_issues_carry_what_the_page_shows() -> None:
    (issue,) = [i for i in check(with_element(bbox=[0, 0, 10, 2000])) if i["severity"] == "error"]
    assert issue["path"].startswith("/compositional_deconstruction/elements/0/bbox")
    assert issue["line"] == 1 and issue["column"] > 1
    assert issue["message"] and issue["fix"]["label"]


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text)[:24])
def test_no_text_makes_the_page_wait_for_an_error(text: object) -> None:
    assert isinstance(check(text), list)
    fixed = apply_fix({"text": text, "index": 0})
    assert "error" in fixed or "text" in fixed
    answers = [
        fixed,
        apply_fixes(text),
        review(text),
        apply_review({"text": text, "taken": [0]}),
        make_reading(None)({"text": text}),
    ]
    assert all(answer.keys() & {"error", "text", "parts"} for answer in answers)
    json.dumps([check(text), *answers])


def test_a_fix_mends_its_problem_and_nothing_else() -> None:
    text = with_element(colour_palette=["#abc"])
    index = next(i for i, issue in enumerate(check(text)) if issue["code"] == "colour-format")
    fixed = json.loads(apply_fix({"text": text, "index": index})["text"])
    assert fixed["compositional_deconstruction"]["elements"][0]["colour_palette"] == ["#AABBCC"]
    assert fixed["high_level_description"] == GOOD["high_level_description"]


@pytest.mark.parametrize("index", [-1, 99, "0", None, 1.5, True])
def test_a_fix_that_is_not_there_is_refused_in_words(index: object) -> None:
    assert apply_fix({"text": json.dumps(GOOD), "index": index})["error"]


def test_all_fixes_at_once_leave_nothing_that_can_be_fixed() -> None:
    wrong = with_element(colour_palette=["#abc", "no colour"], bbox=[300, 400, 100, 200], zz=1)
    answer = apply_fixes(wrong)
    assert answer["count"] >= 3
    assert not [issue["message"] for issue in check(answer["text"]) if issue["fix"]]
    (element,) = json.loads(answer["text"])["compositional_deconstruction"]["elements"]
    assert element["bbox"] == [100, 200, 300, 400] and element["desc"] == "A red cup."


def test_fixes_that_take_items_out_of_one_list_do_not_hit_their_neighbours() -> None:
    colours = ["#AABBCC", "nope", "#BBCCDD", "neither", "#CCDDEE"]
    answer = apply_fixes(with_element(colour_palette=colours))
    (element,) = json.loads(answer["text"])["compositional_deconstruction"]["elements"]
    assert element["colour_palette"] == ["#AABBCC", "#BBCCDD", "#CCDDEE"]


def test_nothing_to_fix_is_said() -> None:
    assert apply_fixes("[]")["error"]


@pytest.mark.parametrize("asked", [None, [], "text", 3, {}, {"text": "{}"}, [["a"], 0]])
def test_a_request_for_a_fix_may_be_anything(asked: object) -> None:
    assert apply_fix(asked)["error"]
