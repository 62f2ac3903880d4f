"""Compare the tensors a module wants with the tensors a checkpoint stores, by name and shape.

Pure bookkeeping over headers: no torch, no data. The result names everything that does not fit at
once, because a person who fixes one tensor at a time gives up at the third.

It is not the loader (`assemble`), which calls this before it reads anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from ideogram4.errors import TensorMismatchError
from ideogram4.quant import StoredTensor
from ideogram4.quant.signatures import PLAIN_FLOATS
from ideogram4.weights.keys import Entry, KeyMap, repeated_targets

_SHOWN = 8

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a module: its shape (None: empty, takes any shape), and whether it is floating."""

    shape: Shape | None
    is_floating: bool = True


@dataclass(frozen=True)
class Problems:
    """Everything that does not fit, each list in the order it was found. Falsy when all fits."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    misshaped: tuple[str, ...]
    repeated: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.misshaped or self.repeated)

    def error(self, what: str, folder: Path) -> TensorMismatchError:
        """The error that lists them, eight of a kind at most, each kind with its count."""
        kinds = {
            "missing": self.missing,
            "extra": self.extra,
            "misshaped": self.misshaped,
            "given twice": self.repeated,
        }
        listed = "\n".join(_listing(kind, names) for kind, names in kinds.items() if names)
        return TensorMismatchError(
            f"{folder}: these weights do not fit the {what} that its configuration describes\n"
            f"{listed}",
            hint="The weights and config.json belong to different models, or one of them is "
            "incomplete.",
        )


def find_problems(
    slots: Mapping[str, Slot],
    stored: Mapping[str, StoredTensor],
    key_map: KeyMap,
    optional: Collection[str],
) -> Problems:
    """Compare; names in `optional` may be absent from `stored`."""
    missing: list[str] = []
    extra: list[str] = []
    misshaped: list[str] = []
    for entry in key_map.entries:
        slot = slots.get(entry.target)
        if slot is None:
            extra.extend(source for source in entry.sources if source in stored)
            continue
        gone = [source for source in entry.sources if source not in stored]
        missing.extend(gone)
        if not gone:
            misshaped.extend(_misfit(entry, slot, [stored[source] for source in entry.sources]))
    claimed = {entry.target for entry in key_map.entries}
    missing.extend(name for name in slots if name not in claimed and name not in optional)
    repeated = [
        f"{target} ({' and '.join(sources)})"
        for target, sources in repeated_targets(key_map).items()
    ]
    return Problems(tuple(missing), tuple(extra), tuple(misshaped), tuple(repeated))


def joined_shape(pieces: Sequence[StoredTensor]) -> Shape | None:
    """Shape of `pieces` stacked along the rows; None when a header cannot tell or they clash."""
    first = pieces[0].shape
    if len(pieces) == 1 or first is None:
        return first
    rows = 0
    for piece in pieces:
        # Pieces are q, k and v, which have a third each.
        if not piece.shape or piece.shape != first:
            return None
        rows += piece.shape[0]
    return (rows, *first[1:])


def _misfit(entry: Entry, slot: Slot, pieces: Sequence[StoredTensor]) -> list[str]:
    """A line for the report when the pieces do not fit the slot, else nothing."""
    for piece in pieces:
        # A tensor with side tensors is quantised: its own dtype is the container's.
        is_bare = len(piece.parts) == 1
        if slot.is_floating and is_bare and piece.main.dtype not in PLAIN_FLOATS:
            return [f"{entry.target} (file {piece.main.dtype}, model floating point)"]
    if slot.shape is None:
        return []
    if any(piece.shape is None for piece in pieces):
        # Packed weights: their headers tell how many numbers there are, not how they are arranged.
        elements = sum(piece.elements for piece in pieces)
        fits, found = elements == prod(slot.shape), f"{elements} numbers"
    else:
        joined = joined_shape(pieces)
        fits = joined is not None and _same_shape(joined, slot.shape, entry)
        found = " + ".join(str(piece.shape) for piece in pieces)
    return [] if fits else [f"{entry.target} (file {found}, model {slot.shape})"]


def _same_shape(found: Shape, wanted: Shape, entry: Entry) -> bool:
    if entry.reshape == "trailing_ones":
        return _without_trailing_ones(found) == _without_trailing_ones(wanted)
    return found == wanted


def _without_trailing_ones(shape: Shape) -> Shape:
    end = len(shape)
    while end > 0 and shape[end - 1] == 1:
        end -= 1
    return shape[:end]


def _listing(kind: str, names: Sequence[str]) -> str:
    lines = [f"  {kind} ({len(names)}):", *(f"    {name}" for name in names[:_SHOWN])]
    if len(names) > _SHOWN:
        lines.append(f"    ... and {len(names) - _SHOWN} more")
    return "\n".join(lines)
