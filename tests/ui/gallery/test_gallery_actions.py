"""A picture is looked at and brought back, whoever made it and whatever a page sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from PIL import Image

from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.actions import StudioActions
from ui.gallery.actions import SKIP, GalleryActions
from ui.service import GenerationService
from ui.store import PictureRecord

CAPTION = (
    '{"compositional_deconstruction": {"background": "plain", "elements": '
    '[{"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a red circle"}]}}'
)


class Visitor(gr.Request):
    def __init__(self) -> None:
        super().__init__(session_hash="anna")


class Runs(StudioActions):
    """Who is drawing, as a test wants it."""

    drawing = False

    def is_drawing(self, session: str) -> bool:
        return self.drawing


class Shelf:
    """The gallery's events over one store."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(model="demo", output_dir=folder)
        self.service = GenerationService(settings, loader=PretendLoader(PretendPipeline()))
        self.runs = Runs(self.service)
        self.actions = GalleryActions(self.service, self.runs)

    def kept(self, width: int = 256, height: int = 256, **changes: Any) -> str:
        """The id of a stored picture that says so of itself."""
        facts = {
            "caption": CAPTION,
            "prompt": "{}",
            "seed": 7,
            "width": width,
            "height": height,
            "preset": "V4_TURBO_12",
            "steps": 12,
            "weights": "others",
            "licence": "their own",
            "version": "9.9",
            **changes,
        }
        return self.service.store.save(Image.new("RGB", (8, 8)), PictureRecord(**facts)).id

    def recall(self, picture_id: object, name: str = "recall") -> tuple[Any, ...]:
        return getattr(self.actions, name)(Visitor(), sent(id=picture_id))


def sent(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_picture_is_shown_large_and_brings_everything_back(shelf: Shelf) -> None:
    picture = shelf.kept(run="a" * 16, sampling='{"mu": 0.5}')
    preview, _, _ = shelf.actions.choose(Visitor(), sent(id=picture))
    assert preview.phase == "done" and preview.facts.startswith("seed 7 · 256 × 256")
    text, size, preset, seed, sampling, canvas, told, _ = shelf.recall(picture)
    assert '"desc": "a red circle"' in text
    assert (size, preset, seed) == ("256 × 256", "V4_TURBO_12", "7")
    assert (canvas["width"], canvas["height"], canvas["fit"]) == (256, 256, "keep")
    assert sampling == {
        "num_steps": None,
        "guidance_schedule": None,
        "mu": 0.5,
        "std": None,
        "loras": [],
    }
    assert told["lineage"] == "a" * 16 and told["said"] == ""


def test_another_picture_waits_while_one_is_made(shelf: Shelf) -> None:
    picture = shelf.kept()
    shelf.runs.drawing = True
    assert shelf.actions.choose(Visitor(), sent(id=picture)) == (SKIP,) * 3
    shelf.runs.drawing = False
    assert shelf.actions.choose(Visitor(), sent(id=picture))[0].phase == "done"


def test_a_grey_card_is_tried_again_with_the_next_seed(shelf: Shelf) -> None:
    assert shelf.recall(shelf.kept(), "retry")[3] == "8"
    assert shelf.recall(shelf.kept(seed=2**63 - 1), "retry")[3] == "0"


def test_a_card_waits_while_another_picture_is_made(shelf: Shelf) -> None:
    shelf.runs.drawing = True
    *unchanged, told, live, found = shelf.recall(shelf.kept(), "retry")
    assert unchanged == [SKIP] * 6 and live is SKIP and found is False
    assert "being made for this page already" in told["said"]


def test_only_a_card_that_was_found_is_drawn_again(shelf: Shelf) -> None:
    wish = (CAPTION, "256 × 256", "V4_TURBO_12", "8", 1, None, Visitor())
    *_, found = shelf.recall(shelf.kept(), "retry")
    assert found is True and shelf.actions.draw_again(found, *wish)[0].phase == "queued"
    *_, told, _, found = shelf.recall("20260101-000000-" + "0" * 16, "retry")
    assert found is False and "no longer there" in told["said"]
    assert shelf.actions.draw_again(found, *wish) == (SKIP,) * 5


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", None, 7, ["a"]])
def test_what_is_not_a_picture_is_neither_shown_nor_brought_back(shelf: Shelf, bad: object) -> None:
    *unchanged, told, live = shelf.recall(bad)
    assert unchanged == [SKIP] * 6 and "not the id" in told["said"] and live is SKIP
    preview, live, told = shelf.actions.choose(Visitor(), sent(id=bad))
    assert preview is SKIP and live is SKIP and "not the id" in told["said"]


@pytest.mark.parametrize("data", [None, 7, "id", ["id"]])
def test_an_event_may_carry_anything(shelf: Shelf, data: Any) -> None:
    event = gr.EventData(None, data)
    assert shelf.actions.choose(Visitor(), event)[0] is SKIP
    assert shelf.actions.recall(Visitor(), event)[0] is SKIP
    assert shelf.actions.apply(event)[:3] == (SKIP,) * 3


@pytest.mark.parametrize(
    ("size", "here"),
    [
        ((320, 208), "320 × 208"),  # as it is, though it is not in the list
        ((2048, 2048), "256 × 256"),
        ((832, 1248), "256 × 384"),
        ((2048, 384), "256 × 256"),  # no size is near this ratio
        ((10**19, 0), "256 × 256"),
    ],
)
def test_the_canvas_never_gets_a_size_that_the_model_does_not_draw(
    shelf: Shelf, size: tuple[int, int], here: str
) -> None:
    _, shown, _, _, _, page, told, _ = shelf.recall(shelf.kept(*size))
    assert shown == here == f"{page['width']} × {page['height']}"
    if here == f"{size[0]} × {size[1]}":
        assert told["said"] == ""
    else:
        assert f"{size[0]} × {size[1]}, which these weights do not draw" in told["said"]


def test_a_preset_that_is_not_here_leaves_the_one_that_is_chosen(shelf: Shelf) -> None:
    _, _, preset, seed, *_ = shelf.recall(shelf.kept(preset="<img src=x>"))
    assert preset is SKIP and seed == "7"


def test_the_settings_of_an_opened_file_are_taken_as_far_as_they_can_be(shelf: Shelf) -> None:
    size, preset, seed, _, canvas, _ = shelf.actions.apply(
        sent(width=320, height=208, seed="9223372036854775807", preset="V4_QUALITY_48")
    )
    assert (size, preset, seed) == ("320 × 208", "V4_QUALITY_48", "9223372036854775807")
    assert canvas["fit"] == "keep"
    size, preset, seed, *_, told = shelf.actions.apply(
        sent(width=1024, height=1024, seed="-1", preset=7)
    )
    assert (size, preset, seed) == ("256 × 256", SKIP, SKIP) and "do not draw" in told["said"]
