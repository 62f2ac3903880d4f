"""A checkpoint's weight format is recognised from headers, and one that cannot load is refused.

Reliability test 16: float8 without its scales is told apart from float8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import ideogram4.quant.formats as formats
from ideogram4.errors import TensorMismatchError, WeightsError
from ideogram4.quant import detect_format, format_name, register, registered
from ideogram4.quant.plain import PlainFormat
from ideogram4.quant.signatures import float8_without_scale
from ideogram4.weights.header import TensorInfo

LAYER = "layers.0.attention.qkv"


def named(dtypes: Mapping[str, str]) -> dict[str, TensorInfo]:
    """Headers of tensors with these dtypes."""
    return {
        name: TensorInfo(name, dtype, (4,), Path("x.safetensors"), 0, 4)
        for name, dtype in dtypes.items()
    }


PLAIN = {f"{LAYER}.weight": "BF16", "input_proj.bias": "F32", "bn.num_batches_tracked": "I64"}
NF4 = {
    f"{LAYER}.weight": "U8",
    f"{LAYER}.weight.absmax": "F32",
    f"{LAYER}.weight.quant_map": "F32",
    f"{LAYER}.weight.quant_state.bitsandbytes__nf4": "U8",
    "input_proj.bias": "BF16",
}
FP4 = {
    f"{LAYER}.weight": "U8",
    f"{LAYER}.weight.absmax": "F32",
    f"{LAYER}.weight.quant_state.bitsandbytes__fp4": "U8",
}
FP8 = {f"{LAYER}.weight": "F8_E4M3", f"{LAYER}.weight_scale": "F32", "input_proj.bias": "BF16"}
INT8 = {f"{LAYER}.weight": "I8", f"{LAYER}.SCB": "F32"}
KNOWN = {"plain": PLAIN, "nf4": NF4, "fp4": FP4, "fp8": FP8, "int8": INT8}


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[formats.QuantFormat]]:
    """The list of formats, put back afterwards."""
    monkeypatch.setattr(formats, "_registered", list(registered()))
    yield formats._registered


@pytest.mark.parametrize("name", KNOWN)
def test_every_published_format_is_named(name: str) -> None:
    assert format_name(named(KNOWN[name])) == name


@pytest.mark.parametrize("name", ["plain", "nf4", "fp8"])
def test_a_format_that_can_be_loaded_is_found(name: str) -> None:
    assert detect_format(named(KNOWN[name]), where="transformer").name == name


@pytest.mark.parametrize(
    ("name", "title"), [("fp4", "bitsandbytes fp4"), ("int8", "bitsandbytes int8")]
)
def test_a_format_that_cannot_be_loaded_is_refused_by_name(name: str, title: str) -> None:
    with pytest.raises(WeightsError) as refusal:
        detect_format(named(KNOWN[name]), where="/models/x/transformer")
    message = refusal.value.message
    assert message.startswith(f"/models/x/transformer is stored as {title}")
    assert "cannot be loaded" in message
    assert "bf16" in refusal.value.hint


@pytest.mark.parametrize("scale", ["weight_scale", "weight_scale_inv", "scale_weight"])
def test_float8_with_any_known_spelling_of_its_scale_is_float8(scale: str) -> None:
    tensors = named({f"{LAYER}.weight": "F8_E4M3", f"{LAYER}.{scale}": "F32"})
    assert format_name(tensors) == "fp8"
    assert float8_without_scale(tensors) == []


def test_float8_without_scales_is_refused_naming_the_weights() -> None:
    lonely = {f"layers.{n}.feed_forward.w1.weight": "F8_E4M3" for n in range(5)}
    with pytest.raises(TensorMismatchError) as refusal:
        detect_format(named({**FP8, **lonely}), where="transformer")
    message = refusal.value.message
    assert "float8 weights without a scale: layers.0.feed_forward.w1.weight" in message
    assert "and 2 more" in message
    assert f"{LAYER}.weight" not in message


def test_a_format_nobody_knows_is_refused_naming_the_tensor() -> None:
    tensors = named({"a.weight": "F4", "b.weight": "BF16"})
    assert format_name(tensors) == "unknown"
    with pytest.raises(WeightsError, match=r"'a\.weight' is stored as F4"):
        detect_format(tensors, where="vae")


class Nf4(PlainFormat):
    name = "nf4"
    title = "four bits"

    def detect(self, tensors: Mapping[str, TensorInfo]) -> bool:
        return any("nf4" in name for name in tensors)


def test_a_format_that_registers_is_used(registry: list[formats.QuantFormat]) -> None:
    registry[:] = [known for known in registry if known.name != "nf4"]
    register(Nf4())
    assert detect_format(named(NF4), where="x").title == "four bits"
    assert detect_format(named(PLAIN), where="x").name == "plain"


def test_a_second_format_of_one_name_is_a_mistake(registry: list[formats.QuantFormat]) -> None:
    with pytest.raises(ValueError, match="'plain' is already registered"):
        register(PlainFormat())
