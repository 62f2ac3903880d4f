"""Blocks that live in host memory and visit the device one after the other, just in time.

A few slots on the device hold the block at work and the ones that come next. While one computes,
the next is copied on a stream of its own, so that on a card with a quick bus the copies hide behind
the work. The order is learnt from what happened: which block followed which the last time. On a
processor the same code copies from memory to memory, which is how it is tested.

It hooks into each block's call, so a model does not know that its blocks come and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ideogram4.memory.hosted import HostGroup, Place, parameters_of

SLOTS = 2


class Slot:
    """Room for one block on the device."""

    def __init__(self, nbytes: int, device: torch.device) -> None:
        self.buffer = torch.empty(nbytes, dtype=torch.uint8, device=device)
        self.holds: int | None = None
        self.ready: torch.cuda.Event | None = None
        self.used: torch.cuda.Event | None = None
        self._views: dict[tuple[Place, ...], list[Tensor]] = {}

    def views(self, group: HostGroup) -> list[Tensor]:
        """The tensors of a group as they lie here; blocks of one kind share them."""
        if group.layout not in self._views:
            self._views[group.layout] = group.views(self.buffer)
        return self._views[group.layout]


class BlockStream:
    """Makes `blocks` (in the order they are usually called) visit `device`.

    leave_out: direct children of a block that somebody else looks after.
    """

    def __init__(
        self,
        blocks: Sequence[nn.Module],
        device: torch.device,
        *,
        leave_out: Iterable[str] = (),
        slots: int = SLOTS,
    ) -> None:
        left = tuple(leave_out)
        self._groups = [HostGroup(parameters_of(block, left), device) for block in blocks]
        self._device = device
        self._count = min(slots, len(blocks))
        self._slots: list[Slot] = []
        self._after = {n: (n + 1) % len(blocks) for n in range(len(blocks))}
        self._last: int | None = None
        self._at_work: Slot | None = None
        self._copies: Any = None
        if device.type == "cuda":
            self._copies = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        for index, block in enumerate(blocks):
            block.register_forward_pre_hook(partial(self._enter, index))
            block.register_forward_hook(partial(self._leave, index))

    @property
    def parameters(self) -> list[nn.Parameter]:
        """Everything that comes and goes."""
        return [parameter for group in self._groups for parameter in group.parameters]

    @property
    def host_bytes(self) -> int:
        return sum(group.nbytes for group in self._groups)

    @property
    def device_bytes(self) -> int:
        """Of the slots, whether they are there at the moment or not."""
        return self._count * max((group.nbytes for group in self._groups), default=0)

    def leave_device(self) -> None:
        """Give the slots back; they are made again when a block is called."""
        for group in self._groups:
            group.point_home()
        if self._copies is not None and self._slots:
            # A copy may still be on its way into memory that somebody else gets next.
            torch.cuda.current_stream(self._device).wait_stream(self._copies)
        self._slots.clear()
        self._last = self._at_work = None

    def _enter(self, index: int, _block: nn.Module, _arguments: Any) -> None:
        # The slots are made in the caller's inference mode otherwise, and could not be written
        # outside of it.
        with torch.inference_mode(False), torch.no_grad():
            if not self._slots:
                room = max(group.nbytes for group in self._groups)
                self._slots = [Slot(room, self._device) for _ in range(self._count)]
            if self._at_work is not None:  # the block before broke off
                self._mark_used(self._at_work)
            if self._last is not None:
                self._after[self._last] = index
            slot = self._slot_of(index) or self._load(index, self._free_slot([index]))
            if slot.ready is not None:
                torch.cuda.current_stream(self._device).wait_event(slot.ready)
            self._groups[index].point_to(slot.views(self._groups[index]))
            self._last, self._at_work = index, slot
            self._fetch(self._expected(index, self._count - 1), keep=[index])

    def _leave(self, index: int, _block: nn.Module, _arguments: Any, _result: Any) -> None:
        with torch.inference_mode(False), torch.no_grad():
            if self._at_work is not None:
                self._mark_used(self._at_work)
            self._at_work = None
            self._groups[index].point_home()
            self._fetch(self._expected(index, self._count), keep=[])

    def _expected(self, index: int, count: int) -> list[int]:
        expected: list[int] = []
        for _ in range(count):
            index = self._after[index]
            expected.append(index)
        return expected

    def _fetch(self, wanted: list[int], keep: list[int]) -> None:
        for index in wanted:
            if self._slot_of(index) is None:
                self._load(index, self._free_slot([*keep, *wanted]))

    def _slot_of(self, index: int) -> Slot | None:
        return next((slot for slot in self._slots if slot.holds == index), None)

    def _free_slot(self, needed: list[int]) -> Slot:
        return next(slot for slot in self._slots if slot.holds not in needed)

    def _load(self, index: int, slot: Slot) -> Slot:
        group = self._groups[index]
        target = slot.buffer[: group.nbytes]
        slot.holds = index
        if self._copies is None:
            target.copy_(group.buffer)
            return slot
        if slot.used is not None:
            self._copies.wait_event(slot.used)
        else:
            self._copies.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(self._copies):
            target.copy_(group.buffer, non_blocking=True)
            slot.ready = self._copies.record_event()
        return slot

    def _mark_used(self, slot: Slot) -> None:
        if self._copies is not None:
            slot.used = torch.cuda.current_stream(self._device).record_event()
