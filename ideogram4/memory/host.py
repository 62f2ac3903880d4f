"""How much host memory is free, as far as the system tells: Linux does, others are not asked.

A system that runs out ends the process without a word, so a load that cannot fit is refused before
it begins. Swap counts as free: slow is not impossible. A container's own limit counts too.
"""

from __future__ import annotations

from pathlib import Path

from ideogram4.errors import OutOfMemoryError

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def free_host_memory(meminfo: Path = MEMINFO, cgroup: Path = CGROUP) -> int | None:
    """Bytes that a process may still take, None where nobody says."""
    facts = {}
    try:
        for line in meminfo.read_text().splitlines():
            name, _, value = line.partition(":")
            facts[name] = int(value.split()[0]) * 1024
        free = facts["MemAvailable"] + facts.get("SwapFree", 0)
    except (OSError, ValueError, KeyError, IndexError):
        return None
    left = _left_in(cgroup)
    return free if left is None else min(free, left)


def refuse_beyond_host(needed: int, free: int | None, what: str) -> None:
    """Raise OutOfMemoryError when `what` needs more host memory (bytes) than is free."""
    if free is None or needed <= free:
        return
    raise OutOfMemoryError(
        f"{what} needs about {needed / 1e9:.1f} GB of host memory, "
        f"and {free / 1e9:.1f} GB are free",
        hint="Close other programs or take smaller weights (nf4). `ideogram4 info` says what each "
        "memory plan needs.",
    )


def _left_in(cgroup: Path) -> int | None:
    """What a container's limit leaves; None without a limit. Cached files give way, so they count
    as free."""
    try:
        limit = int((cgroup / "memory.max").read_text())
        used = int((cgroup / "memory.current").read_text())
        stats = dict(line.split() for line in (cgroup / "memory.stat").read_text().splitlines())
        swap = _number(cgroup / "memory.swap.max") or 0
    except (OSError, ValueError):
        return None
    return max(0, limit - used + int(stats.get("file", 0)) + swap)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # "max" is no number: as much as the host has, counted there
        return None
