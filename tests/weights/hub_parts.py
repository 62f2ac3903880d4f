"""A small model as it would lie on the hub, and how tests ask for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ideogram4.errors import WeightsError
from ideogram4.weights import resolve_model
from tests.weights.loopback_hub import LoopbackHub
from tests.weights.raw_safetensors import zeros

REPO = "ideogram-ai/ideogram-4-nf4"

TOKEN = "hf_canary0123456789"

SINGLE = "diffusion_pytorch_model.safetensors"

WEIGHTS = f"transformer/{SINGLE}"

SHARDS = {
    "text_encoder/model-00001-of-00002.safetensors": zeros({"norm.weight": (4,)}),
    "text_encoder/model-00002-of-00002.safetensors": zeros({"embed_tokens.weight": (5, 4)}),
}

INDEX = {
    "weight_map": {
        "norm.weight": "model-00001-of-00002.safetensors",
        "embed_tokens.weight": "model-00002-of-00002.safetensors",
    }
}

FILES = {
    "model_index.json": b"{}",
    "scheduler/scheduler_config.json": b"{}",
    "tokenizer/tokenizer.json": b"{}",
    "tokenizer/tokenizer_config.json": b"{}",
    "transformer/config.json": b"{}",
    WEIGHTS: zeros({"layers.0.attention.qkv.weight": (24, 8)}),
    "unconditional_transformer/config.json": b"{}",
    f"unconditional_transformer/{SINGLE}": zeros({"layers.0.attention.qkv.weight": (24, 8)}),
    "text_encoder/config.json": b"{}",
    "text_encoder/model.safetensors.index.json": json.dumps(INDEX).encode(),
    **SHARDS,
    "vae/config.json": b"{}",
    f"vae/{SINGLE}": zeros({"decoder.conv_in.weight": (2, 2)}),
}

CLUTTER = {
    "README.md": b"read me",
    "samples/cat.png": b"png",
    "transformer/diffusion_pytorch_model.bin": b"PK",
    "transformer/diffusion_pytorch_model.fp16.safetensors": zeros({"a": (2,)}),
    "text_encoder/model-00003-of-00002.safetensors": zeros({"a": (2,)}),
    "run_me.py": b"import os",
}

Resolve = Callable[..., Path]


def resolver(hub: LoopbackHub, cache: Path) -> Resolve:
    """`resolve_model` against `hub` with a cache of its own and TOKEN."""

    def call(model: str | Path = REPO, **kwargs: Any) -> Path:
        chosen = {"endpoint": hub.endpoint, "cache_dir": cache, "token": TOKEN}
        return resolve_model(model, **{**chosen, **kwargs})

    return call


def refusal_of(resolve: Resolve, **kwargs: Any) -> WeightsError:
    """The refusal, which holds neither the token nor an error of a library."""
    with pytest.raises(WeightsError) as refusal:
        resolve(**kwargs)
    error = refusal.value
    assert TOKEN not in f"{error!s} {error!r}"
    assert error.__context__ is None or isinstance(error.__context__, WeightsError)
    return error


def repository_of_the_demo() -> dict[str, bytes]:
    """The demo's files as if they were the full model's: a small repository that really draws."""
    folder = resolve_model("demo")
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    index = json.loads(files["model_index.json"])
    for said in ("is_demo", "name", "licence"):
        del index["ideogram4"][said]
    return {**files, "model_index.json": json.dumps(index).encode()}


def settle(
    monkeypatch: pytest.MonkeyPatch, hub: LoopbackHub, home: Path, token: str | None = TOKEN
) -> Path:
    """Let this process take `hub` for the hub and `home` for its cache, which is returned.

    The hub library reads the environment once, when it is imported, so its constants are set too.
    """
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    if token is not None:
        monkeypatch.setenv("HF_TOKEN", token)
    constants = "huggingface_hub.constants."
    monkeypatch.setattr(constants + "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants + "HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.setattr(constants + "HF_TOKEN_PATH", str(home / "token"))
    return home / "hub"
