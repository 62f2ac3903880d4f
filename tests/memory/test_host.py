"""A load that this computer has no memory for is refused from the headers, before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4 import Ideogram4Pipeline
from ideogram4.errors import OutOfMemoryError
from ideogram4.memory import choose
from ideogram4.memory.host import free_host_memory

MEMINFO = "MemTotal: 32000 kB\nMemFree: 100 kB\nMemAvailable: 16000 kB\nSwapFree: 4000 kB\n"


@pytest.mark.parametrize("plan", ["resident", "swap", "stream"])
def test_too_little_is_told_with_both_figures(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "free_host_memory", lambda: 3_000_000)
    with pytest.raises(OutOfMemoryError) as told:
        Ideogram4Pipeline.from_pretrained("demo", device="cpu", memory=plan)
    assert "of host memory" in told.value.message and "0.0 GB are free" in told.value.message
    assert "ideogram4 info" in told.value.hint


@pytest.mark.parametrize("free", [None, 10**12])
def test_enough_or_unknown_loads(free: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "free_host_memory", lambda: free)
    assert Ideogram4Pipeline.from_pretrained("demo", device="cpu").is_demo


def test_swap_counts_and_a_container_has_less(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(MEMINFO)
    none = tmp_path / "none"
    assert free_host_memory(meminfo, none) == 20_000 * 1024
    assert free_host_memory(none, none) is None

    (tmp_path / "memory.max").write_text("9000000\n")
    (tmp_path / "memory.current").write_text("5000000\n")
    (tmp_path / "memory.stat").write_text("anon 1000\nfile 1000000\n")
    assert free_host_memory(meminfo, tmp_path) == 5_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_host_memory(meminfo, tmp_path) == 20_000 * 1024


def test_here_it_is_known() -> None:
    free = free_host_memory()
    assert free is None or 0 < free < 1 << 50
