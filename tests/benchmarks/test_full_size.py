"""The card's benchmark works as a whole, tried with a tiny model on the processor."""

from __future__ import annotations

import json

import pytest

from benchmarks import full_size


def test_every_format_under_every_plan(capsys: pytest.CaptureFixture[str]) -> None:
    plans = ["resident", "swap", "stream"]
    options = ["--tiny", "--sizes", "256", "--steps", "2", "--plans", *plans]
    assert full_size.main(options) == 0
    printed = capsys.readouterr().out.splitlines()
    result = json.loads(printed[-1])
    rows = {(row["format"], row["plan"]) for row in result["rows"]}
    assert rows == {(kind, plan) for kind in ("plain", "nf4", "fp8") for plan in plans}
    assert result["identical"]
    assert all(row["step"] > 0 and row["estimate_gb"] > 0 for row in result["rows"])


def test_two_pictures_compiled_with_float8_products(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[object] = []
    monkeypatch.setattr(full_size, "compile_blocks", compiled.append)
    options = ["--tiny", "--sizes", "256", "--steps", "2", "--formats", "fp8"]
    assert full_size.main([*options, "--images", "2", "--compile", "--fp8-products"]) == 0
    assert len(compiled) == 2
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert [row["plan"] for row in rows] == ["resident", "swap"]


def test_without_a_card_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert full_size.main([]) == 2
    assert "torch sees none" in capsys.readouterr().err
