"""What every format does when it puts values into a module: check them, and set them in place.

Refusing values that are not finite, assigning a tensor to a dotted name, and exchanging an ordinary
linear layer for one that computes with packed weights. It knows no format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ideogram4.errors import TensorMismatchError

LONGEST_NOTE = 1 << 16  # bytes; real ones are below 200

if TYPE_CHECKING:
    import torch

    from ideogram4.quant.linear import PackedLinear
    from ideogram4.weights.header import TensorInfo


def check_finite(tensor: torch.Tensor, info: TensorInfo, dtype: torch.dtype) -> None:
    """Refuse NaN, infinity, and values that `dtype` cannot hold, naming the tensor and its file.

    One pass of `aminmax`, which carries a NaN through to both ends: about a millisecond for each
    16 million numbers, forty times cheaper than `isfinite`.
    """
    import torch

    if not tensor.is_floating_point() or tensor.numel() == 0:
        return
    lowest, highest = (float(end) for end in torch.aminmax(tensor))
    if not (float("-inf") < lowest and highest < float("inf")):
        kind = "NaN" if lowest != lowest else "an infinite value"
        raise TensorMismatchError(
            f"{info.file}: tensor {info.name!r} holds {kind}, so no picture could come out",
            hint="The file was saved from a broken run or damaged. Download it again, "
            "or ask its author.",
        )
    limit = torch.finfo(dtype).max
    if max(-lowest, highest) > limit:
        raise TensorMismatchError(
            f"{info.file}: tensor {info.name!r} reaches {max(-lowest, highest):.3g}, "
            f"more than {dtype} can hold ({limit:.3g})",
            hint="Load the model in bfloat16 or float32.",
        )


def check_note(info: TensorInfo) -> None:
    """Raise ValueError for a tensor that cannot be a note of JSON text: too long, or no bytes."""
    if info.dtype != "U8" or info.nbytes > LONGEST_NOTE:
        raise ValueError(f"{info.name} is {info.nbytes} bytes of {info.dtype}")


def assign_tensor(module: torch.nn.Module, name: str, tensor: torch.Tensor) -> None:
    """Replace the parameter or buffer `name` (dotted) by `tensor`, without copying.

    A parameter stays a parameter, with no gradient; everything else becomes a buffer.
    """
    import torch

    path, _, leaf = name.rpartition(".")
    owner = module.get_submodule(path)
    if leaf in owner._parameters:
        owner.register_parameter(leaf, torch.nn.Parameter(tensor, requires_grad=False))
    elif leaf in owner._buffers:
        owner._buffers[leaf] = tensor
    else:
        raise KeyError(f"{type(module).__name__} has no parameter or buffer {name!r}")


def linear_at(module: torch.nn.Module, target: str) -> torch.nn.Linear | None:
    """The linear layer whose weight is called `target` (dotted), or None: then it stays plain."""
    from torch import nn

    path, _, leaf = target.rpartition(".")
    owner = module.get_submodule(path)
    return owner if leaf == "weight" and isinstance(owner, nn.Linear) else None


def exchange_linear(module: torch.nn.Module, target: str, layer: PackedLinear) -> None:
    """Put `layer` where the linear layer of the weight `target` is; it takes over the bias."""
    from torch import nn

    path = target.rpartition(".")[0]
    above, _, name = path.rpartition(".")
    bias = module.get_submodule(path).bias
    layer.register_parameter("bias", bias if isinstance(bias, nn.Parameter) else None)
    setattr(module.get_submodule(above), name, layer)
