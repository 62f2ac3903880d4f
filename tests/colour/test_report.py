"""What the report says of drawn pictures whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ideogram4.caption import Caption
from ideogram4.colour.report import PaletteReport, palette_report, verdict_of

RED, BLUE, GREEN = "#DC2828", "#2850DC", "#1E7A3C"
NONE: dict[str, Any] = {"colour_palette": []}


def caption(*elements: dict[str, Any], palette: list[str] | None = None) -> Caption:
    data: dict[str, Any] = {
        "compositional_deconstruction": {"background": "", "elements": list(elements)}
    }
    if palette:
        data["style_description"] = {"colour_palette": palette}
    return Caption.from_dict(data)


def obj(*bbox: int, colours: list[str], **more: Any) -> dict[str, Any]:
    return {"type": "obj", "bbox": list(bbox), "desc": "thing", "colour_palette": colours, **more}


def canvas(colour: str = "#FFFFFF") -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (500, 500), colour)
    return image, ImageDraw.Draw(image)


def only(report: PaletteReport) -> Any:
    ((_, match),) = report.matches
    return match


def test_a_colour_that_is_there_is_exact() -> None:
    image, pen = canvas()
    pen.rectangle((100, 100, 299, 299), fill=RED)
    report = palette_report(image, caption(obj(200, 200, 600, 600, colours=[RED])))
    match = only(report)
    assert (match.found, match.verdict) == (RED, "exact")
    assert match.share == pytest.approx(1, abs=0.05)
    assert report.summary == "1 of 1 colour is close."


def test_a_colour_that_is_off_is_off_by_as_much_as_it_is() -> None:
    image, _ = canvas("#2860E6")
    match = only(palette_report(image, caption(palette=[BLUE])))
    assert match.found == "#2860E6"
    assert match.verdict == "close" and match.difference == pytest.approx(5.2, abs=0.3)


def test_a_colour_that_is_not_there_is_missing_and_named_with_its_place() -> None:
    image, _ = canvas("#FFE000")
    report = palette_report(image, caption(obj(0, 0, 1000, 1000, colours=[BLUE])))
    assert only(report).verdict == "missing"
    assert f"worst is {BLUE} in Object 1 “thing”" in report.summary


def test_an_element_is_not_judged_by_what_stands_in_front_of_it() -> None:
    image, pen = canvas()
    pen.rectangle((0, 0, 499, 499), fill=RED)
    pen.rectangle((0, 0, 499, 349), fill=BLUE)
    behind, front = obj(0, 0, 1000, 1000, colours=[RED]), obj(0, 0, 700, 1000, colours=[BLUE])
    report = palette_report(image, caption(behind, front))
    assert [match.verdict for _, match in report.matches] == ["exact", "exact"]
    assert [match.share for _, match in report.matches] == pytest.approx([1, 1], abs=0.02)


def test_an_element_that_is_covered_says_so() -> None:
    image, _ = canvas(BLUE)
    whole = obj(0, 0, 1000, 1000, colours=[BLUE])
    report = palette_report(image, caption(obj(10, 10, 900, 900, colours=[RED]), whole))
    alone = palette_report(image, caption(obj(10, 10, 900, 900, colours=[RED]), {**whole, **NONE}))
    assert alone.summary == "All elements with colours are covered by others."
    covered, _ = report.regions
    assert covered.matches == () and "cover all of it" in covered.note
    most = obj(0, 0, 960, 1000, colours=[BLUE])
    report = palette_report(image, caption(whole, most))
    assert "cover most of it" in report.regions[0].note


def test_a_hidden_element_was_not_asked_for_and_covers_nothing() -> None:
    image, _ = canvas(RED)
    hidden = obj(0, 0, 1000, 1000, colours=[BLUE], hidden=True)
    report = palette_report(image, caption(obj(0, 0, 1000, 1000, colours=[RED]), hidden))
    assert only(report).verdict == "exact"


def test_thin_letters_are_found() -> None:
    image, pen = canvas()
    pen.text((30, 200), "a thin line of words", fill=GREEN, font_size=22)
    box = {"type": "text", "bbox": [300, 0, 700, 1000], "text": "a thin line", "desc": "x"}
    match = only(palette_report(image, caption({**box, "colour_palette": [GREEN]})))
    assert match.verdict in ("exact", "close") and match.share < 0.1


def test_a_gradient_has_all_its_colours() -> None:
    ramp = np.linspace((220, 40, 40), (40, 80, 220), 500).astype(np.uint8)
    image = Image.fromarray(np.repeat(ramp[None], 500, axis=0))
    report = palette_report(image, caption(palette=[RED, BLUE]))
    assert {match.verdict for _, match in report.matches} <= {"exact", "close"}


def test_the_rim_between_two_colours_is_no_colour_of_the_picture() -> None:
    image, pen = canvas(RED)
    pen.rectangle((249, 0, 250, 499), fill="#824082")
    pen.rectangle((251, 0, 499, 499), fill=BLUE)
    match = only(palette_report(image, caption(obj(0, 0, 1000, 1000, colours=["#824082"]))))
    assert match.verdict in ("different", "missing")


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK"])
def test_any_kind_of_picture(mode: str) -> None:
    image, _ = canvas("#808080")
    match = only(palette_report(image.convert(mode), caption(palette=["#808080"])))
    assert match.verdict in ("exact", "close")


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_boxes_of_less_than_a_pixel(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, RED)
    match = only(palette_report(image, caption(obj(999, 999, 1000, 1000, colours=[RED]))))
    assert match.verdict == "exact"


def test_a_caption_without_colours_has_an_empty_report() -> None:
    image, _ = canvas()
    report = palette_report(image, caption({"type": "obj", "desc": "a cup"}))
    assert report.regions == () and report.mean is None
    assert report.to_dict()["summary"] == "The caption asks for no colours."


def test_verdicts_have_their_thresholds() -> None:
    told = [verdict_of(d) for d in (0, 2, 2.1, 10, 10.1, 25, 25.1, 100)]
    assert told == ["exact"] * 2 + ["close"] * 2 + ["different"] * 2 + ["missing"] * 2
