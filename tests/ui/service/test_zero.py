"""Drawing in a borrowed worker: what is asked for, what comes back, and how it is told.

The whole of it in a forked process is `tests/test_space.py`; here is what can be seen in one.
"""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest

from ideogram4.caption import Caption
from ideogram4.errors import DeviceError, Ideogram4Error, OutOfMemoryError, RequestError
from ideogram4.settings import Settings
from tests.ui.pretend import PretendPipeline
from ui.service import zero

WISHES: dict[str, Any] = {
    "width": 256,
    "height": 256,
    "preset": "V4_TURBO_12",
    "num_steps": None,
    "guidance_schedule": None,
    "mu": None,
    "std": None,
    "seed": 7,
    "num_images": 2,
}


class Pretend(PretendPipeline):
    """A worker is given the prompt and no caption, as the real pipeline takes it too."""

    def generate(self, prompt: str, **asked: Any) -> Any:
        return self._steps(prompt, asked)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> PretendPipeline:
    """What the worker finds in its memory."""
    pretend = Pretend()
    monkeypatch.setattr(zero, "_pipeline", pretend)
    return pretend


def test_where_there_is_no_spaces_the_service_loads_the_pipeline_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not zero.HERE and inspect.isgeneratorfunction(zero.draw)
    loaded: list[str] = []
    monkeypatch.setattr(zero.models, "load", lambda model, *rest: loaded.append(model))
    zero.prepare("demo", Settings())
    assert loaded == []
    zero.load("demo", Settings(), lambda what, fraction: None)
    assert loaded == ["demo"]


def test_every_step_is_plain_data_and_the_last_one_has_the_pictures(
    pipeline: PretendPipeline,
) -> None:
    news = list(zero.draw("{}", WISHES, 10))
    again = pickle.loads(pickle.dumps(news))  # noqa: S301  # our own
    assert [stroke.index for stroke in again] == list(range(1, 13))
    assert [len(stroke.images()) for stroke in again] == [0] * 11 + [2]
    assert again[-1].seeds == (7, 8) and again[0].preview(64).size == (16, 16)


def test_a_drawer_gives_the_steps_of_a_pipeline(pipeline: PretendPipeline) -> None:
    steps = zero.Drawer(pipeline).generate(Caption.empty(), check="off", **WISHES)
    assert [(step.index, step.seed) for step in steps] == [(n, 7) for n in range(1, 13)]


def test_closing_it_stops_the_pipeline(pipeline: PretendPipeline) -> None:
    steps = zero.Drawer(pipeline).generate(Caption.empty(), check="off", **WISHES)
    next(steps)
    steps.close()
    assert pipeline.steps_done < 12 and pipeline.running == 0


@pytest.mark.parametrize(
    ("broken", "kind", "words"),
    [
        (OutOfMemoryError("no room", hint="smaller"), OutOfMemoryError, "no room\nsmaller"),
        (ZeroDivisionError("secret"), Ideogram4Error, "Something went wrong"),
    ],
)
def test_an_error_of_the_worker_is_told_whole_or_calmly(
    broken: Exception, kind: type[Ideogram4Error], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ZeroGPU itself brings back nothing but the name of its class."""
    monkeypatch.setattr(zero, "_pipeline", Pretend(fail_at={2: broken}))
    crossed = [pickle.loads(pickle.dumps(n)) for n in zero.draw("{}", WISHES, 9)]  # noqa: S301
    assert type(crossed[-1]) is kind and isinstance(crossed[0], zero.Stroke)
    steps = zero.Drawer(PretendPipeline()).generate(Caption.empty(), check="off", **WISHES)
    monkeypatch.setattr(zero, "draw", lambda *_: iter_closing(crossed))
    with pytest.raises(kind) as caught:
        list(steps)
    assert words in str(caught.value) and "secret" not in str(caught.value)


def iter_closing(news: list[Any]) -> Iterator[Any]:
    yield from news


def test_a_worker_without_a_model_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero, "_pipeline", None)
    (failure,) = zero.draw("{}", WISHES, 9)
    assert isinstance(failure, DeviceError)


class HTMLError(gr.Error):
    """As `spaces` has one of its own."""


@pytest.mark.parametrize("kind", [gr.Error, HTMLError])
def test_a_card_that_is_not_lent_is_told_in_plain_text(
    kind: type[gr.Error], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> Iterator[Any]:
        raise kind('You have exceeded your quota. <a href="https://x.example">Sign up</a>')
        yield

    monkeypatch.setattr(zero, "draw", refused)
    steps = zero.Drawer(PretendPipeline()).generate(Caption.empty(), check="off", **WISHES)
    with pytest.raises(DeviceError, match="exceeded your quota") as caught:
        list(steps)
    assert "<" not in str(caught.value)


def test_the_time_asked_for_grows_with_steps_size_and_pictures() -> None:
    def seconds(demo: bool = False, **changes: Any) -> int:
        return zero.seconds_for({**WISHES, "num_images": 1, **changes}, demo=demo)

    full = {"width": 1024, "height": 1024}
    small, usual = seconds(), seconds(**full)
    assert 5 <= seconds(demo=True) < small < usual < 60  # an ordinary picture: within the default
    drawing = usual - zero.MOVING
    assert seconds(**full, num_steps=24) - zero.MOVING == pytest.approx(2 * drawing, abs=2)
    assert seconds(**full, num_images=3) - zero.MOVING == pytest.approx(3 * drawing, abs=3)
    assert seconds(**full, guidance_schedule=(1.0,) * 6) < usual
    assert seconds(width=2048, height=2048) - zero.MOVING > 4 * drawing


def test_with_zero_gpu_all_weights_are_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    assert zero.for_the_card(Settings(memory="stream")).memory == "stream"
    monkeypatch.setattr(zero, "has_zero_gpu", lambda: True)
    assert zero.for_the_card(Settings()).memory == "resident"
    with pytest.raises(RequestError, match="IDEOGRAM4_MEMORY is 'stream'"):
        zero.for_the_card(Settings(memory="stream"))


def test_another_model_takes_the_place_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """On one's own machine, with `spaces` installed, the page may change the model."""
    loaded: list[str] = []

    def load(model: str, *_: object) -> Pretend:
        loaded.append(model)
        made = Pretend()
        made.name = model
        return made

    monkeypatch.setattr(zero, "HERE", True)
    monkeypatch.setattr(zero, "_pipeline", None)
    monkeypatch.setattr(zero.models, "load", load)
    zero.prepare("demo", Settings())
    for model in ("demo", "real", "real"):
        assert zero.load(model, Settings(), lambda what, fraction: None).name == model
    assert loaded == ["demo", "real"]
