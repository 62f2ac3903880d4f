"""A picture that other weights, another version or another hand made, brought back."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest
from PIL import Image

from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.actions import SKIP, StudioActions
from ui.service import GenerationService
from ui.store import PictureRecord


class Visitor(gr.Request):
    def __init__(self) -> None:
        super().__init__(session_hash="anna")


@pytest.fixture
def actions(tmp_path: Path) -> StudioActions:
    settings = Settings(model="demo", output_dir=tmp_path)
    return StudioActions(GenerationService(settings, loader=PretendLoader(PretendPipeline())))


def kept(actions: StudioActions, width: int, height: int, preset: str = "V4_TURBO_12") -> str:
    """The id of a stored picture that says so of itself."""
    record = PictureRecord(
        caption="{}",
        prompt="{}",
        seed=7,
        width=width,
        height=height,
        preset=preset,
        steps=12,
        weights="others",
        licence="their own",
        version="9.9",
    )
    return actions.service.store.save(Image.new("RGB", (8, 8)), record).id


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
    actions: StudioActions, size: tuple[int, int], here: str
) -> None:
    _, shown, _, _, page, note, _ = actions.recall(kept(actions, *size), Visitor())
    assert shown == here == f"{page['width']} × {page['height']}"
    if here == f"{size[0]} × {size[1]}":
        assert note is SKIP
    else:
        assert f"{size[0]} × {size[1]}, which these weights do not draw" in note


def test_a_preset_that_is_not_here_leaves_the_one_that_is_chosen(actions: StudioActions) -> None:
    _, _, preset, seed, *_ = actions.recall(kept(actions, 256, 256, "<img src=x>"), Visitor())
    assert preset is SKIP and seed == "7"
