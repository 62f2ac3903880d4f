"""Plain weights: an ordinary linear layer, and tensors that land where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from ideogram4.errors import TensorMismatchError
from ideogram4.quant.placing import assign_tensor, check_finite
from ideogram4.quant.plain import PlainFormat
from ideogram4.weights.header import TensorInfo


def info(name: str, shape: tuple[int, ...]) -> TensorInfo:
    return TensorInfo(name, "F32", shape, Path("x.safetensors"), 0, 4)


def test_its_linear_layer_is_torchs_own() -> None:
    layer = PlainFormat().make_linear(3, 2, bias=False, device="meta", dtype=torch.bfloat16)
    assert isinstance(layer, nn.Linear)
    assert layer.weight.shape == (2, 3)
    assert layer.weight.dtype == torch.bfloat16
    assert layer.weight.is_meta
    assert layer.bias is None


def test_pieces_are_stacked_along_the_rows_in_their_order() -> None:
    values = {"a": torch.ones(1, 2), "b": torch.full((2, 2), 2.0)}
    stored = PlainFormat().fold({name: info(name, tuple(t.shape)) for name, t in values.items()})
    module = nn.Linear(2, 3, bias=False, device="meta")
    PlainFormat().place(
        module,
        "weight",
        [stored["b"], stored["a"]],
        lambda tensor: values[tensor.name],
        shape=(3, 2),
        device="cpu",
        dtype=torch.bfloat16,
    )
    assert module.weight.tolist() == [[2, 2], [2, 2], [1, 1]]
    assert module.weight.dtype == torch.bfloat16


@pytest.mark.parametrize("shape", [(), (0, 4), (1,), (3, 5)])
def test_finite_values_of_any_shape_pass(shape: tuple[int, ...]) -> None:
    check_finite(torch.zeros(shape), info("a", shape), torch.float16)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("position", [0, 7, 4094])
def test_one_nan_among_thousands_is_found(dtype: torch.dtype, position: int) -> None:
    values = torch.zeros(4095, dtype=dtype)
    values[position] = float("nan")
    with pytest.raises(TensorMismatchError, match="'a' holds NaN"):
        check_finite(values, info("a", (4095,)), dtype)


def test_the_largest_half_precision_number_still_fits() -> None:
    check_finite(torch.tensor([-65504.0, 65504.0]), info("a", (2,)), torch.float16)
    with pytest.raises(TensorMismatchError, match="can hold"):
        check_finite(torch.tensor([-65600.0]), info("a", (1,)), torch.float16)


def test_a_buffer_stays_a_buffer_and_a_parameter_a_parameter() -> None:
    module = nn.BatchNorm1d(2, device="meta")
    assign_tensor(module, "running_mean", torch.ones(2))
    assign_tensor(module, "weight", torch.ones(2))
    assert dict(module.named_buffers())["running_mean"].tolist() == [1, 1]
    assert isinstance(module.weight, nn.Parameter)
    with pytest.raises(KeyError, match="BatchNorm1d has no parameter or buffer 'colour'"):
        assign_tensor(module, "colour", torch.ones(2))
