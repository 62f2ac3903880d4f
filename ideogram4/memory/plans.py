"""Names and meaning of the memory plans; which one a request for "auto" becomes.

    resident   everything stays on the device
    swap       the text encoder visits layer by layer while it reads the caption; of the two
               transformers as many blocks stay as one has, the others take turns
    stream     no block stays: two at a time are on the device

A plan says where weights are and nothing about numbers: pictures are identical under all of them.
Between `swap` and `resident` there is every step: `kept_blocks` of the transformers stay.
"""

from __future__ import annotations

from dataclasses import dataclass

from ideogram4.errors import RequestError

MEMORY_PLANS = ("auto", "resident", "swap", "stream")


@dataclass(frozen=True)
class MemoryPlan:
    """`kept_blocks` counts blocks of both transformers that stay; None keeps everything there."""

    name: str
    kept_blocks: int | None = None

    @property
    def hosted(self) -> bool:
        """Whether anything lives in host memory."""
        return self.kept_blocks is not None

    def describe(self, blocks: int) -> str:
        """For people; `blocks` is how many both transformers have."""
        if self.kept_blocks is None:
            return "resident: everything stays on the device"
        return (
            f"{self.name}: {self.kept_blocks} of {blocks} blocks stay on the device, "
            "the others and the text encoder visit it"
        )


def check_plan(name: str) -> str:
    """Return the name of a plan; raises `RequestError` for any other."""
    if name not in MEMORY_PLANS:
        raise RequestError(f"memory is {name!r:.40}; choose from {', '.join(MEMORY_PLANS)}")
    return name


def fixed_plan(name: str, blocks_of_one: int) -> MemoryPlan:
    """The plan of that name for transformers of so many blocks each."""
    if name == "swap":
        return MemoryPlan("swap", blocks_of_one)
    return MemoryPlan("stream", 0) if name == "stream" else MemoryPlan("resident")


def staying(blocks: int, kept: int, slots: int = 2) -> list[bool]:
    """Which of `blocks` stay when there is room for `kept`: the slots count, the rest is spread.

    Blocks that take turns lie apart, so that each one's copy hides behind several others' work.
    """
    kept = max(0, kept - slots) if kept < blocks else blocks
    travelling = blocks - kept
    # Block n travels where the running share of travellers passes a whole number.
    return [(n + 1) * travelling // blocks == n * travelling // blocks for n in range(blocks)]
