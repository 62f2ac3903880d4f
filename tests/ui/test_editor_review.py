"""Repair under review: every part in words, each taken or left alone, nothing made up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ideogram4.caption import repair_caption
from ui.editor.review import apply_review, review

PASTED = """Sure! Here is your caption:
```json
{"caption": {"aspect_ratio": "16:9", "description": "A cup of tea.",
 "composition": {"bg": "A plain wall.", "objects": [
   {"type": "character", "description": "A red cup.", "x": 10, "y": 20, "w": 100, "h": 50},
   {"type": "obj", "desc": "A table.", "bbox": [0.1, 0.2, 0.3, 0.5],},
 ]}}}
```
Enjoy!"""


def part_at(path: str) -> dict[str, Any]:
    parts = review(PASTED)["parts"]
    return next(part for part in parts if part["lines"][0]["path"] == path)


def test_what_was_needed_to_read_the_text_is_told_apart() -> None:
    answer = review(PASTED)
    assert any("fence" in words for words in answer["reading"])
    assert any("wrapper" in words for words in answer["reading"])
    assert not any("renamed" in words for words in answer["reading"])


def test_taking_everything_is_repair_itself() -> None:
    ids = [part["id"] for part in review(PASTED)["parts"]]
    caption = repair_caption(PASTED).caption
    assert caption is not None
    assert apply_review({"text": PASTED, "taken": ids}) == {"text": caption.to_json()}


def test_leaving_everything_is_what_was_written() -> None:
    left = json.loads(apply_review({"text": PASTED, "taken": []})["text"])
    assert left["description"] == "A cup of tea." and left["aspect_ratio"] == "16:9"
    assert left["composition"]["objects"][0]["w"] == 100


def test_one_change_can_be_taken_and_all_others_left() -> None:
    part = part_at("/composition/objects/1/bbox")
    taken = json.loads(apply_review({"text": PASTED, "taken": [part["id"]]})["text"])
    assert taken["composition"]["objects"][1]["bbox"] == [100, 200, 300, 500]
    assert taken["composition"]["objects"][0]["type"] == "character"


def test_a_change_carries_repairs_own_words_and_both_values() -> None:
    part = part_at("/composition/objects/0/type")
    assert part["notes"] and "obj" in part["notes"][0]
    assert part["lines"][0]["before"] == '"character"'
    assert part["lines"][0]["after"] == '"obj"'


def test_a_box_and_the_numbers_that_it_came_from_are_one_choice() -> None:
    part = part_at("/composition/objects/0/bbox")
    assert {line["path"].rpartition("/")[2] for line in part["lines"]} == set("xywh") | {"bbox"}


def test_a_section_with_another_name_is_no_wall_of_text() -> None:
    (line,) = part_at("/composition")["lines"]
    assert line["before"] is None and line["after"] is None


def test_a_good_caption_has_nothing_to_review() -> None:
    caption = repair_caption(PASTED).caption
    assert caption is not None
    assert review(caption.to_json()) == {"reading": [], "parts": []}


def test_a_text_without_any_caption_is_refused_in_words() -> None:
    assert "No caption" in review("Hello there")["error"]


@pytest.mark.parametrize("asked", [None, [], 3, {}, {"text": PASTED}, {"taken": [0]}])
def test_a_request_to_apply_may_be_anything(asked: object) -> None:
    assert apply_review(asked)["error"]


def test_numbers_that_name_no_part_are_ignored() -> None:
    odd = apply_review({"text": PASTED, "taken": [99, "0", None, True, {}]})
    assert odd == apply_review({"text": PASTED, "taken": []})


def test_a_long_strange_answer_is_reviewed_without_losing_a_note() -> None:
    items = [{"kind": "person", "label": f"Somebody number {n}", "odd": n} for n in range(200)]
    written = {"composition": {"objects": items, "background": "A wall."}}
    text = json.dumps(written)
    answer = review(text)
    told = [note for part in answer["parts"] for note in part["notes"]]
    assert len(told) >= 3 * len(items)
    assert not [note for note in answer["reading"] if "here" in note]
    nothing = json.loads(apply_review({"text": text, "taken": []})["text"])
    assert nothing == written


def test_a_section_that_was_moved_whole_is_one_choice_with_few_words() -> None:
    items = [{"kind": "person", "label": f"Somebody number {n}", f"odd{n}": n} for n in range(30)]
    written = {"objects": items, "background": "A wall."}
    answer = review(json.dumps(written))
    assert all(len(part["notes"]) <= 7 for part in answer["parts"])
    assert any("more" in part["notes"][-1] for part in answer["parts"] if part["notes"])
    assert json.loads(apply_review({"text": json.dumps(written), "taken": []})["text"]) == written
