"""Tokens before a model is loaded: the checkpoint's own count, or an honest substitute."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ideogram4.errors import RequestError
from ideogram4.settings import Settings
from ideogram4.weights import resolve_model
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.editor.reading import make_reading
from ui.service import GenerationService
from ui.service.tokens import TokenMeter

LINE = '{"compositional_deconstruction":{"background":"A wall.","elements":[]}}'
CAPTION = {
    "compositional_deconstruction": {
        "background": "A wall.",
        "elements": [
            {"type": "obj", "desc": "A cup."},
            {"type": "obj", "desc": "A very long and winding road.", "colour_palette": ["#AABBCC"]},
        ],
    }
}


def test_the_demo_counts_its_own_tokens() -> None:
    from ideogram4.pipeline import Ideogram4Pipeline

    counted = TokenMeter(lambda: "demo").count(LINE)
    assert counted.exact and counted.limit == 2048
    assert counted.tokens == Ideogram4Pipeline.from_pretrained("demo").count_tokens(LINE)


def test_the_demo_counts_for_weights_that_are_not_here_and_stops_when_they_are(
    tmp_path: Path,
) -> None:
    model = tmp_path / "model"
    meter = TokenMeter(lambda: str(model))
    model.mkdir()
    first = meter.count(LINE)
    assert not first.exact
    shutil.copytree(resolve_model("demo") / "tokenizer", model / "tokenizer")
    assert meter.count(LINE).exact


def test_a_name_on_the_hub_is_not_downloaded_for_a_count() -> None:
    assert not TokenMeter(lambda: "nobody/has-this-here").count(LINE).exact


def test_the_page_is_told_the_line_and_both_counts() -> None:
    meter = TokenMeter(lambda: "demo")
    reading = make_reading(meter)
    answer = reading({"text": json.dumps(CAPTION), "element": 1})
    assert '"color_palette":["#AABBCC"]' in answer["text"] and "\n" not in answer["text"]
    assert answer["tokens"] == meter.count(answer["text"]).tokens
    short = reading({"text": json.dumps(CAPTION), "element": 0})
    assert 0 < short["element"] < answer["element"] < answer["tokens"]


def test_without_a_meter_or_an_element_nothing_is_counted() -> None:
    assert make_reading(None)({"text": json.dumps(CAPTION), "element": 0})["tokens"] is None
    answer = make_reading(TokenMeter(lambda: "demo"))({"text": json.dumps(CAPTION), "element": 9})
    assert answer["element"] is None


def test_a_hidden_element_is_neither_read_nor_counted() -> None:
    shown, hidden = (json.loads(json.dumps(CAPTION)) for _ in range(2))
    hidden["compositional_deconstruction"]["elements"][1]["hidden"] = True
    del shown["compositional_deconstruction"]["elements"][1]
    reading = make_reading(TokenMeter(lambda: "demo"))
    answer = reading({"text": json.dumps(hidden), "element": 1})
    assert answer["element"] == 0
    assert answer == {**reading({"text": json.dumps(shown)}), "element": 0}


LONG = json.dumps(
    {
        "compositional_deconstruction": {
            "background": "A wall.",
            "elements": [{"type": "obj", "desc": "a red cup " * 390}] * 4,
        }
    }
)
WISH: dict[str, Any] = {"width": 256, "height": 256, "preset": "V4_TURBO_12"}


def service_of(model: str, folder: Path) -> tuple[GenerationService, PretendLoader]:
    loader = PretendLoader(PretendPipeline())
    return GenerationService(Settings(model=model, output_dir=folder), loader=loader), loader


def test_too_many_tokens_are_refused_with_their_count_and_nothing_is_loaded(
    tmp_path: Path,
) -> None:
    """Reliability 26."""
    service, loader = service_of("demo", tmp_path)
    tokens = service.tokens.count(make_reading(None)({"text": LONG})["text"]).tokens
    with pytest.raises(RequestError, match=f"{tokens} tokens long; the model reads at most 2048"):
        service.request(LONG, **WISH)
    assert loader.calls == 0


def test_the_count_of_another_tokenizer_refuses_nobody(tmp_path: Path) -> None:
    service, _ = service_of("nobody/has-this-here", tmp_path)
    assert not service.tokens.count(LONG).exact
    assert service.request(LONG, **WISH).width == 256
