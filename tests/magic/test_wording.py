"""What a language model is told: short, exact, and in agreement with the schema."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from hypothesis import given

from ideogram4.caption import LIMITS, Caption, load_schema, parse_caption
from ideogram4.caption.schema import keys_of
from ideogram4.magic import Assignment
from ideogram4.magic.assignment import TASKS
from ideogram4.magic.hosted import LONGEST
from ideogram4.magic.wording import VERSION, as_idea, instruction, request
from tests.magic.odd import captions, ideas, quick
from tests.magic.pretend_services import caption

MINE = Caption.from_dict(caption())
SCHEMA = load_schema()
ELEMENT = SCHEMA["$defs"]["element"]["properties"]
COMMON = instruction("expand")

MARGIN_OF_LETTERING = 40  # ours: half of what the rules' own stack leaves

# An answer as the instructions tell it: their keys in their order, their counts, their spelling.
THING = " ".join(["a ginger cat with a straw hat sits upright on an old brick wall"] * 3)
AS_TOLD = {
    "photo": {
        "high_level_description": "A ginger cat with a straw hat on a garden wall.",
        "style_description": {
            "aesthetics": "warm, summery",
            "lighting": "low evening sun",
            "photo": "85 mm lens, shallow depth of field",
            "medium": "photograph",
            "colour_palette": ["#D98A3A", "#5E7F4E", "#F4E3C1"],
        },
        "compositional_deconstruction": {
            "background": "A blurred garden with roses.",
            "elements": [
                *(
                    {
                        "type": "obj",
                        "bbox": [300, 250, 900, 700],
                        "desc": THING,
                        "colour_palette": ["#D98A3A"],
                    },
                )
                * 3,
                {
                    "type": "text",
                    "bbox": [60, 200, 180, 800],
                    "text": "SUMMER\nSALE",
                    "desc": THING,
                    "colour_palette": ["#FFFFFF"],
                },
            ],
        },
    },
}
AS_TOLD["art"] = json.loads(json.dumps(AS_TOLD["photo"]))
AS_TOLD["art"]["style_description"] = {  # type: ignore[index]
    "aesthetics": "warm, summery",
    "lighting": "even",
    "medium": "illustration",
    "art_style": "flat shapes",
    "colour_palette": ["#D98A3A", "#5E7F4E", "#F4E3C1"],
}


def places(keys: tuple[str, ...], text: str) -> list[int]:
    """Where each key is first told."""
    return [text.index(f'"{key}"') for key in keys]


@pytest.mark.parametrize("kind", AS_TOLD)
def test_an_answer_in_the_instructions_own_order_has_no_issue(kind: str) -> None:
    result = parse_caption(json.dumps(AS_TOLD[kind]))
    assert result.ok and result.issues == ()
    written = list(json.loads(result.caption.to_prompt()))  # type: ignore[union-attr]
    assert written == list(AS_TOLD[kind]), "and it is the order that the model reads"
    style = json.loads(result.caption.to_prompt())["style_description"]  # type: ignore[union-attr]
    assert [key.replace("color", "colour") for key in style] == list(
        AS_TOLD[kind]["style_description"]  # type: ignore[call-overload]
    )


def test_keys_are_told_in_the_trained_order_and_none_is_forgotten() -> None:
    root = places(keys_of("caption"), COMMON)
    assert root == sorted(root)
    style = COMMON[root[1] : root[2]]
    for kind, other in (("photo", "art_style"), ("art_style", "photo")):
        told = next(
            line for line in style.split("\n") if f'"{kind}"' in line and f'"{other}"' not in line
        )
        order = [key for key in keys_of("style") if key != other]
        assert places(tuple(order), told) == sorted(places(tuple(order), told))
    for kind in ("obj", "text"):
        told = next(line for line in COMMON.split("\n") if f'"type": "{kind}"' in line)
        told = told.replace(f'"type": "{kind}"', '"type"')
        order = [k for k in keys_of("element") if k != "hidden" and (kind == "text" or k != "text")]
        assert places(tuple(order), told) == sorted(places(tuple(order), told))
        assert kind == "text" or '"text"' not in told
    assert "hidden" not in COMMON, "that is the person's, and no model writes it"


def test_numbers_are_the_schemas() -> None:
    def told(pattern: str) -> list[int]:
        found = re.search(pattern, COMMON)
        assert found, pattern
        return [int(number) for number in found.groups()]

    summary = SCHEMA["properties"]["high_level_description"]["x-words"]
    assert told(r"at most (\d+) words") == [summary["max"]]
    words = ELEMENT["desc"]["x-words"]
    assert told(r"(\d+) to (\d+) words") == [words["min"], words["max"]]
    usual = SCHEMA["$defs"]["composition"]["properties"]["elements"]["x-usual-items"]
    assert told(r"(\d+) to (\d+) elements") == [usual["min"], usual["max"]]
    assert told(r"at most (\d+) colours") == [LIMITS.element_palette]
    least, most = told(r"(\d+) to (\d+) colours")
    assert told(r"never more than (\d+)") == [LIMITS.style_palette]
    assert 1 <= least < most <= LIMITS.style_palette
    box = ELEMENT["bbox"]["items"]
    assert told(r"whole numbers from (\d+) to (\d+)") == [box["minimum"], box["maximum"]]
    media = SCHEMA["$defs"]["style"]["properties"]["medium"]["examples"]
    assert all(f'"{medium}"' in COMMON for medium in media)
    # And there is no other number that could contradict them.
    numbers = [int(n) for n in re.findall(r"(?<![\w#])\d+(?![\w])", COMMON)]
    known = {summary["max"], *words.values(), *usual.values(), least, most}
    known |= {LIMITS.element_palette, LIMITS.style_palette, box["minimum"], box["maximum"]}
    assert set(numbers) <= known | {MARGIN_OF_LETTERING}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("boxes", [True, False])
def test_instructions_are_short_and_whole(task: str, boxes: bool) -> None:
    told = instruction(task, boxes=boxes)  # type: ignore[arg-type]
    assert told.startswith(COMMON[:200]) and told.isascii() and told == told.strip()
    assert len(told.split()) < 700
    assert ('Leave every "bbox" out' in told) == (not boxes)


def test_every_prompt_is_of_the_version_and_used() -> None:
    folder = files("ideogram4.magic").joinpath("prompts")
    names = {file.name for file in folder.iterdir() if file.name.endswith(".txt")}
    assert names == {f"{name}.v{VERSION}.txt" for name in ("common", *TASKS)}


def test_a_request_says_what_there_is() -> None:
    full = Assignment(" bigger ", "element", MINE, 1, size=(1920, 1080))
    assert request(full) == "\n\n".join(
        [
            "Wish: bigger",
            "Page: 1920 x 1080 pixels, 16:9 (width to height).",
            "Element to write anew: number 2.",
            f"Caption: {MINE.to_json(indent=None)}",
        ]
    )
    assert request(Assignment("a cat")) == "Idea: a cat"
    layout = request(Assignment("", "layout", texts=("Été", 'say "B"\n2')))
    label, _, texts = layout.partition(": ")
    assert label == "Lettering" and json.loads(texts) == ["Été", 'say "B"\n2']


@quick
@given(ideas, captions)
def test_an_idea_for_a_service_is_never_empty_and_never_too_long(idea: str, mine: Caption) -> None:
    for assignment in (
        Assignment(idea),
        Assignment(idea, "fill", mine),
        Assignment("", "layout", mine, texts=("A",)),
    ):
        told = as_idea(assignment, LONGEST)
        assert told.strip() and len(told) <= LONGEST
        assert told.startswith(assignment.idea.strip().rstrip(". ")[:100])


def test_an_idea_tells_all_of_a_caption_that_is_seen() -> None:
    elements = caption()["compositional_deconstruction"]["elements"]
    elements.append({"type": "obj", "desc": "a secret", "hidden": True})
    mine = Caption.from_dict(
        caption(compositional_deconstruction={"background": "A garden.", "elements": elements})
    )
    told = as_idea(Assignment("Make it night.", "fill", mine), LONGEST)
    assert told == (
        "Make it night. A ginger cat with a straw hat on a garden wall. A garden. "
        "A ginger cat with a straw hat sits on a wall of old bricks. "
        'Wide white capitals at the top that reads "SUMMER"'
    )
    assert "secret" in as_idea(Assignment("x", "element", mine, 2), LONGEST)
    layout = as_idea(Assignment("", "layout", mine, texts=("NEW",)), LONGEST)
    assert "NEW" in layout and "SUMMER" not in layout
