"""Weights kept in host memory, in one piece a group, and lent to the device when they are needed.

A group's tensors lie one after the other in one buffer, so that a visit to the device is a single
copy at the bus's full speed. On a CUDA machine the buffer is page-locked in place: torch's own
pinned memory rounds every piece up to a power of two. Parameters keep their identity; only what
they point to changes. It does not know what the weights mean.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

ALIGNMENT = 256  # bytes; what the widest loads of a kernel ask for
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a tensor lies in a buffer of bytes."""

    start: int
    nbytes: int
    dtype: torch.dtype
    shape: torch.Size

    def of(self, buffer: Tensor) -> Tensor:
        return buffer[self.start : self.start + self.nbytes].view(self.dtype).view(self.shape)


class HostGroup:
    """Parameters in one host buffer. Making one moves them there and frees where they were."""

    def __init__(self, parameters: Iterable[nn.Parameter], device: torch.device) -> None:
        self.parameters = tuple(parameters)
        places, end = [], 0
        for parameter in self.parameters:
            nbytes = parameter.numel() * parameter.element_size()
            places.append(Place(end, nbytes, parameter.dtype, parameter.shape))
            end += -(-nbytes // ALIGNMENT) * ALIGNMENT
        self.layout = tuple(places)
        self.nbytes = end
        self.buffer = torch.empty(end, dtype=torch.uint8)
        self._home = self.views(self.buffer)
        for parameter, view in zip(self.parameters, self._home, strict=True):
            view.copy_(parameter.data)
            parameter.data = view
        if device.type == "cuda":
            _lock_pages(self, device)

    def views(self, buffer: Tensor) -> list[Tensor]:
        """The group's tensors as they lie in `buffer`."""
        return [place.of(buffer) for place in self.layout]

    def point_to(self, views: list[Tensor]) -> None:
        """Let the parameters be these tensors from now on."""
        for parameter, view in zip(self.parameters, views, strict=True):
            parameter.data = view

    def point_home(self) -> None:
        """Let the parameters be the host's tensors again."""
        self.point_to(self._home)

    @contextmanager
    def lent_to(self, device: torch.device) -> Iterator[None]:
        """Have the parameters on `device` for a while; the copy there is dropped afterwards."""
        # Parameters cannot point to what is made in the caller's inference mode.
        with torch.inference_mode(False), torch.no_grad():
            visitor = torch.empty(self.nbytes, dtype=torch.uint8, device=device)
            visitor.copy_(self.buffer, non_blocking=True)
            self.point_to(self.views(visitor))
        try:
            yield
        finally:
            with torch.inference_mode(False), torch.no_grad():
                self.point_home()


def parameters_of(module: nn.Module, leave_out: Iterable[str] = ()) -> list[nn.Parameter]:
    """The parameters of a module without those below the direct children named in `leave_out`."""
    prefixes = tuple(f"{name}." for name in leave_out)
    return [
        parameter
        for name, parameter in module.named_parameters()
        if not (prefixes and name.startswith(prefixes))
    ]


def move_others(module: nn.Module, hosted: Iterable[nn.Parameter], device: torch.device) -> None:
    """Put every parameter and buffer on `device` that is not one of `hosted`."""
    kept = {id(parameter) for parameter in hosted}
    for parameter in module.parameters():
        if id(parameter) not in kept:
            parameter.data = parameter.data.to(device)
    for part in module.modules():
        for name, buffer in part._buffers.items():
            if buffer is not None:
                part._buffers[name] = buffer.to(device)


def _lock_pages(group: HostGroup, device: torch.device) -> None:
    """Page-lock the buffer where it is; where the system refuses, copies are merely slower."""
    with torch.cuda.device(device):
        runtime: Any = torch.cuda.cudart()  # type: ignore[no-untyped-call]
        if int(runtime.cudaHostRegister(group.buffer.data_ptr(), group.nbytes, 0)) == 0:
            # The buffer is held until it is unlocked.
            weakref.finalize(group, _unlock_pages, group.buffer)
            return
        _log.warning("host memory could not be page-locked; weights travel more slowly")
        # CUDA remembers a refusal and gives it to whoever launches next; here that is nobody's.
        with suppress(RuntimeError):
            torch.zeros(1, device=device)


def _unlock_pages(buffer: Tensor) -> None:
    runtime: Any = torch.cuda.cudart()  # type: ignore[no-untyped-call]
    runtime.cudaHostUnregister(buffer.data_ptr())
