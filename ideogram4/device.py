"""Which device and number format to compute with, and memory errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ideogram4.errors import DeviceError, OutOfMemoryError, RequestError

COMPUTE_DTYPES = (torch.float32, torch.bfloat16, torch.float16)


def choose_device(name: str | None) -> torch.device:
    """The device called `name`, or the best there is: cuda, mps, cpu. Raises `DeviceError`."""
    if name is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError) as error:
        raise DeviceError(
            f"there is no device {name!r:.40}", hint="Use cuda, mps or cpu."
        ) from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "device cuda was asked for, and torch sees no CUDA card here",
            hint="Check the driver with `nvidia-smi`, install a CUDA build of torch, or use cpu.",
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(f"there is no card {name}; torch sees {torch.cuda.device_count()}")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("device mps was asked for, and this is no Mac that has it")
    if device.type not in ("cuda", "mps", "cpu"):
        raise DeviceError(f"device {name} is not supported", hint="Use cuda, mps or cpu.")
    return device


def choose_dtype(dtype: torch.dtype | None, device: torch.device) -> torch.dtype:
    """The compute dtype: what was asked for, or bfloat16 on a card and float32 on a processor."""
    if dtype is None:
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    if dtype not in COMPUTE_DTYPES:
        names = ", ".join(str(d) for d in COMPUTE_DTYPES)
        raise RequestError(f"dtype is {dtype!r:.40}; choose from {names}")
    return dtype


# How the processor's and the Mac's allocators put it, which have no error of their own.
OUT_OF_MEMORY = ("not enough memory", "can't allocate memory", "backend out of memory")


@contextmanager
def translate_memory_errors(hint: str) -> Iterator[None]:
    """Turn any device's out-of-memory error into ours, after handing back cached memory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not _is_out_of_memory(error):
            raise
        release_memory()
        raise OutOfMemoryError("the device ran out of memory", hint=hint) from error


def release_memory() -> None:
    """Hand back what is cached and not in use, which is only what nobody refers to any more."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def _is_out_of_memory(error: Exception) -> bool:
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return any(words in str(error) for words in OUT_OF_MEMORY)
