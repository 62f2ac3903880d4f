"""What the live preview says at each moment of a job."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from ideogram4.errors import OutOfMemoryError
from ui.preview import PreviewState
from ui.service.jobs import Update
from ui.service.pace import Stopwatch


@pytest.mark.parametrize(
    ("update", "words"),
    [
        (Update("waiting", ahead=1), "1 before you"),
        (Update("waiting", ahead=2, seconds_left=40.4), "2 before you, about 40 s"),
        (Update("waiting", ahead=3, seconds_left=0.2), "3 before you, about 1 s"),
        (Update("waiting", ahead=8, seconds_left=605.0), "8 before you, about 10 min"),
        (Update("loading", what="model"), "Loading the model"),
        (Update("loading", what="download", fraction=0.05), "Downloading the weights, 5%"),
        (Update("loading", what="text_encoder", fraction=0.5), "Loading the text encoder, 50%"),
        (Update("loading", what="vae", fraction=1.0), "Loading the autoencoder, 100%"),
        (Update("screening"), "Checking the words"),
        (Update("cancelled"), "Cancelled"),
    ],
)
def test_each_phase_is_told_in_plain_words(update: Update, words: str) -> None:
    shown = PreviewState.of_update(update)
    assert (shown.phase, shown.message) == (update.phase, words)


def test_a_step_carries_its_preview_with_it() -> None:
    picture = Image.new("RGBA", (64, 32), (250, 10, 10, 255))
    shown = PreviewState.of_update(Update("step", 3, 12, 4.5, 7, picture)).to_dict()
    assert (shown["step"], shown["total"], shown["seconds_left"]) == (3, 12, 4.5)
    head, _, data = shown["src"].partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.size == (64, 32)
    json.dumps(shown)


def test_a_live_redraw_shows_each_step_and_ends_calmly_with_its_last_picture() -> None:
    picture = Image.new("RGB", (64, 32), (250, 10, 10))
    begun = PreviewState.live("seed 7")
    assert (begun.phase, begun.facts) == ("live", "Live, not stored · seed 7")
    step = begun.redrawn(Update("step", 3, 12, 4.5, 7, picture))
    assert (step.phase, step.step, step.total) == ("live", 3, 12)
    assert step.redrawn(Update("finishing", 12, 12)).src == step.src
    assert step.broken_off().src == step.src and step.broken_off().phase == "live-done"
    done = step.redrawn(Update("done", 12, 12, preview=picture))
    assert done.phase == "live-done" and done.src.startswith("data:image/png;base64,")
    assert {state.message + state.hint for state in (begun, step, done)} == {""}


def test_an_empty_preview_says_how_a_picture_comes_to_be() -> None:
    live, still = PreviewState.idle(True), PreviewState.idle(False)
    assert "by itself" in live.hint and "press Generate" in live.hint
    assert "by itself" not in still.hint and "press Generate" in still.hint


def test_an_error_shows_what_is_wrong_and_what_to_do() -> None:
    shown = PreviewState.failed(OutOfMemoryError("the card is full", hint="Try a smaller size."))
    assert (shown.phase, shown.message, shown.hint) == (
        "failed",
        "the card is full",
        "Try a smaller size.",
    )


def test_the_time_left_follows_the_steps_and_not_the_preparation() -> None:
    moments = iter([0.0, 10.0, 11.0, 12.0, 13.0])
    watch = Stopwatch(lambda: next(moments))
    assert [watch.left(step, 4) for step in (1, 2, 3, 4)] == [30.0, 2.0, 1.0, 0.0]


def test_a_sheet_says_where_it_is_and_how_long_all_of_it_takes() -> None:
    shown = PreviewState.of_update(Update("step", 3, 12, 40.0, 7, cell=2, cells=6))
    assert (shown.phase, shown.cell, shown.cells, shown.seconds_left) == ("step", 2, 6, 40.0)
    assert shown.src == ""  # the page keeps what it shows


def test_a_cancelled_sheet_says_what_it_keeps() -> None:
    assert "Nothing was stored" in PreviewState.cancelled().hint
    assert "1 finished picture is kept" in PreviewState.cancelled(1).hint
    assert "3 finished pictures are kept" in PreviewState.cancelled(3).hint
