"""Reliability 26 on the page: what is too much is refused with its count, and loads no model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.whole import Served, Whole
from ui.service.tokens import TokenMeter

pytestmark = pytest.mark.browser


def caption(*elements: dict[str, Any]) -> str:
    body = {"background": "A wall.", "elements": list(elements)}
    return json.dumps({"compositional_deconstruction": body})


def test_too_many_tokens_are_told_with_both_numbers_before_a_model_is_loaded(
    studio: Whole, served: Served
) -> None:
    text = caption(*[{"type": "obj", "desc": "a red cup " * 390}] * 4)
    studio.open(text)
    line = json.dumps(json.loads(text), separators=(",", ":"))
    tokens = TokenMeter(lambda: "demo").count(line).tokens
    assert tokens > 2048
    expect(studio.page.locator("#caption-editor .ig-meter")).to_contain_text(
        f"{tokens} of 2048 tokens"
    )
    studio.generate(phase="refused")
    expect(studio.preview).to_contain_text(
        f"the caption is {tokens} tokens long; the model reads at most 2048"
    )
    expect(studio.preview).to_contain_text("Shorten descriptions or remove elements")
    expect(studio.page.locator("#generate")).to_be_enabled()
    assert served.loader.calls == 0 and served.pipeline.jobs == []


def test_too_many_elements_are_refused_with_their_count(studio: Whole, served: Served) -> None:
    studio.open(caption(*[{"type": "obj", "bbox": [1, 1, 500, 500], "desc": "a"}] * 201))
    told = '"elements" holds 201 elements; the limit is 200.'
    expect(studio.issues.locator("[data-severity=error]")).to_contain_text([told])
    studio.generate(phase="refused")
    expect(studio.preview).to_contain_text(told)
    assert served.loader.calls == 0 and served.pipeline.jobs == []
