"""The pipeline with the demo checkpoint: what a person asks for, gets, and is told."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

from ideogram4 import Caption, CaptionError, Ideogram4Pipeline, RequestError
from ideogram4.prompts import CaptionWarning

CAPTION = {
    "compositional_deconstruction": {
        "background": "plain white background",
        "elements": [
            {
                "type": "obj",
                "bbox": [250, 250, 750, 750],
                "desc": "a red rectangle",
                "color_palette": ["#DC2828"],
            }
        ],
    }
}
QUICK: dict[str, Any] = {"width": 192, "height": 192, "num_steps": 2, "check": "off"}


@pytest.fixture(scope="module")
def pipe() -> Ideogram4Pipeline:
    return Ideogram4Pipeline.from_pretrained("demo", device="cpu")


def test_a_caption_becomes_a_picture_of_the_size_asked_for(pipe: Ideogram4Pipeline) -> None:
    [image] = pipe(CAPTION, width=256, height=192, num_steps=2, seed=1, check="off")
    assert image.size == (256, 192) and image.mode == "RGB"


def test_a_seed_names_a_picture_and_further_pictures_count_on(pipe: Ideogram4Pipeline) -> None:
    first, second = pipe(CAPTION, seed=5, num_images=2, **QUICK)
    [again] = pipe(CAPTION, seed=5, **QUICK)
    [next_one] = pipe(CAPTION, seed=6, **QUICK)

    def gap(a: Any, b: Any) -> float:
        return float(np.abs(np.asarray(a, dtype=int) - np.asarray(b, dtype=int)).mean())

    assert gap(first, again) < 0.01 and gap(second, next_one) < 0.01
    assert gap(first, second) > 0.05, "the demo obeys its caption, so seeds differ in little"


def test_no_seed_draws_a_fresh_one_and_reports_it(pipe: Ideogram4Pipeline) -> None:
    seeds = {next(pipe.generate(CAPTION, **QUICK)).seed for _ in range(3)}
    assert len(seeds) == 3
    [seed] = list(seeds)[:1]
    step = next(pipe.generate(CAPTION, seed=seed, **QUICK))
    assert step.seed == seed


def test_generate_yields_every_step_and_previews_cost_nothing_unless_asked(
    pipe: Ideogram4Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []
    decode = pipe._networks.autoencoder.decode
    monkeypatch.setattr(
        pipe._networks.autoencoder, "decode", lambda z: decoded.append(1) or decode(z)
    )
    steps = list(pipe.generate(CAPTION, width=192, height=256, num_steps=3, seed=1, check="off"))
    assert [(s.index, s.total, s.is_last) for s in steps] == [
        (1, 3, False),
        (2, 3, False),
        (3, 3, True),
    ]
    assert decoded == []
    assert steps[0].preview(max_side=128).size == (96, 128)
    assert steps[2].images()[0].size == (192, 256)
    assert len(decoded) == 2


def test_closing_the_generator_stops_the_work(
    pipe: Ideogram4Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    forward = pipe._networks.conditional.forward
    monkeypatch.setattr(
        pipe._networks.conditional, "forward", lambda *a: calls.append(1) or forward(*a)
    )
    steps = pipe.generate(CAPTION, width=192, height=192, num_steps=5, seed=1, check="off")
    assert calls == [], "nothing runs before the first step is asked for"
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert len(calls) == 1


def test_a_suspended_generation_leaves_autograd_as_it_was(pipe: Ideogram4Pipeline) -> None:
    steps = pipe.generate(CAPTION, **QUICK)
    next(steps)
    assert not torch.is_inference_mode_enabled()


def test_latents_and_own_noise_go_round(pipe: Ideogram4Pipeline) -> None:
    noise = torch.randn(2, 144, 128)
    options = {"noise": noise, "num_images": 2, "output": "latents"}
    latents = pipe(CAPTION, **options, **QUICK)
    assert latents.shape == (2, 144, 128) and latents.dtype == torch.float32
    assert torch.equal(latents, pipe(CAPTION, **options, **QUICK))
    assert next(pipe.generate(CAPTION, noise=noise, num_images=2, **QUICK)).seed is None
    alone = pipe(CAPTION, noise=noise[1:], output="latents", **QUICK)
    torch.testing.assert_close(latents[1:], alone, rtol=1e-4, atol=1e-4)


def test_two_captions_at_once_are_the_two_alone(pipe: Ideogram4Pipeline) -> None:
    noise = torch.randn(2, 144, 128)
    other = '{"compositional_deconstruction":{"background":"black","elements":[]}}'
    both = pipe([CAPTION, other], noise=noise, output="latents", **QUICK)
    for n, caption in enumerate([CAPTION, other]):
        alone = pipe(caption, noise=noise[n : n + 1], output="latents", **QUICK)
        torch.testing.assert_close(both[n : n + 1], alone, rtol=1e-4, atol=1e-4)


def test_every_form_of_a_caption_reads_the_same_to_the_model(pipe: Ideogram4Pipeline) -> None:
    caption = Caption.from_dict(CAPTION)
    forms = [caption, CAPTION, caption.to_prompt(), caption.to_json()]
    read = [next(pipe.generate(form, **QUICK)).prompts[0] for form in forms]
    assert len(set(read)) == 1
    assert read[0] == caption.to_prompt()
    assert '"color_palette"' in read[0] and '"colour_palette"' not in read[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"width": 1000}, "width 1000"),
        ({"width": 200}, "nearest are 192 and 208"),
        ({"width": 384, "height": 192 - 16}, "height 176"),
        ({"preset": "FAST"}, "V4_TURBO_12"),
        ({"seed": -1}, "seed"),
        ({"num_images": 9}, "num_images"),
        ({"num_steps": 0}, "num_steps"),
        ({"noise": torch.zeros(1, 3, 128)}, "256, 128"),
        ({"noise": torch.zeros(1, 256, 128, dtype=torch.float16)}, "float32"),
        ({"check": "maybe"}, "check"),
    ],
)
def test_a_wrong_argument_is_refused_before_any_work(
    pipe: Ideogram4Pipeline, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        pipe.generate(CAPTION, **({"check": "off"} | options))


def test_unknown_outputs_and_memory_plans_are_refused(pipe: Ideogram4Pipeline) -> None:
    with pytest.raises(RequestError, match="output"):
        pipe(CAPTION, output="webp", **QUICK)
    with pytest.raises(RequestError, match="memory"):
        Ideogram4Pipeline.from_pretrained("demo", memory="infinite")


def test_a_caption_that_is_too_long_is_refused_and_never_cut(pipe: Ideogram4Pipeline) -> None:
    with pytest.raises(RequestError, match="2048"):
        pipe.generate("word " * 3000, check="off")
    assert pipe.count_tokens("a red circle") < 20


def test_plain_text_and_wrong_captions_warn_by_default_and_can_be_refused(
    pipe: Ideogram4Pipeline,
) -> None:
    with pytest.warns(CaptionWarning, match="plain text"):
        pipe.generate("a red circle")
    with pytest.raises(CaptionError):
        pipe.generate("a red circle", check="raise")
    with pytest.raises(CaptionError) as refused:
        pipe.generate('{"elements": []}', check="raise")
    assert refused.value.issues
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipe.generate("a red circle", check="off")


@pytest.mark.parametrize("prompt", ["", "   ", None, 7, [], [None], b"bytes", "\ud800"])
def test_what_is_no_prompt_is_refused_in_words(pipe: Ideogram4Pipeline, prompt: Any) -> None:
    with pytest.raises((RequestError, CaptionError)):
        pipe.generate(prompt, check="off")


def test_loading_tells_how_far_it_is() -> None:
    told: list[tuple[str, float]] = []
    Ideogram4Pipeline.from_pretrained(
        "demo", device="cpu", on_progress=lambda what, share: told.append((what, share))
    )
    assert {"transformer", "unconditional_transformer", "text_encoder", "vae"} <= {
        what for what, _ in told
    }
    assert told[-1][1] == pytest.approx(1.0)
