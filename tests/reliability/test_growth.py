"""The same work twice leaves no more behind than once."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio.utils import get_upload_folder

from tests.reliability.http import Program, Served, Tab, serving
from tests.reliability.parts import PATIENCE, wait_until, wish
from ui import serving as copies
from ui.service.tickets import GOOD_FOR, Tickets


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    monkeypatch.setattr(copies, "COPIES", set())
    monkeypatch.setattr(copies, "_used", {})
    monkeypatch.setattr(copies, "MOST_COPIES", 2)  # a batch makes three
    with serving(tmp_path / "pictures") as running:
        yield running


def batch(served: Served) -> None:
    """What a few people do: draw, redraw, cancel, leave in the middle, call from a script."""
    for seed in (1, 2):
        with Tab(served) as tab:
            tab.generate(seed)
            assert '"phase": "done"' in (list(tab.news()) and tab.words())
    with Tab(served) as tab:
        tab.ask("LiveActions.draw")
        assert list(tab.news())
    with Tab(served) as tab:
        tab.generate(3)
        next(tab.news())
    program = Program(served, 4)
    program.join(PATIENCE)
    assert '"phase": "done"' in program.text
    *_, last = served.service.run_sheet([wish(seed=5), wish(seed=6)])
    assert last.phase == "done"
    wait_until(lambda: served.service.waiting == 0)
    # Gradio finishes with a session a moment after its connections have gone.
    queue = served.demo._queue
    wait_until(lambda: not queue.event_ids_to_events and not served.actions._jobs)
    wait_until(lambda: not served.service.redraws._tabs)


def left_behind(served: Served) -> dict[str, int]:
    """Sizes of everything that could grow."""
    gc.collect()
    app, queue = served.demo.app, served.demo._queue
    threads = [thread.name for thread in threading.enumerate()]
    return {
        "generation threads": threads.count("generation"),
        "jobs of sessions": len(served.actions._jobs),
        "tickets": len(served.actions._in_line._given),
        "called off": len(served.actions._called_off),
        "tabs": len(served.service.redraws._tabs),
        "line": served.service.waiting,
        "Gradio's iterators": len(app.iterators) + len(app.iterators_to_reset),
        "Gradio's events": len(queue.event_ids_to_events),
        "copies of pictures": len(copies.COPIES),
        "files of Gradio": sum(path.is_file() for path in Path(get_upload_folder()).rglob("*")),
        "half-written pictures": len(list(served.service.store.folder.rglob(".*.tmp"))),
    }


def test_a_second_batch_leaves_no_more_than_the_first(served: Served) -> None:
    """Reliability 9: two identical batches: no thread, temp file or container grows."""
    batch(served)
    first = left_behind(served)
    batch(served)
    second = left_behind(served)
    assert second == first
    assert first["copies of pictures"] == first["files of Gradio"] == 2
    assert first["tabs"] == first["jobs of sessions"] == first["generation threads"] == 0


def test_threads_come_back(served: Served) -> None:
    """Reliability 9: those of the server's own pool, which are few and used again."""
    batch(served)
    before = threading.active_count()
    for _ in range(3):
        batch(served)
    assert threading.active_count() <= before + 2


def test_a_ticket_that_nobody_uses_does_not_keep_the_live_demo_waiting() -> None:
    """Reliability 9: nor is it kept."""
    now = [0.0]
    tickets = Tickets(lambda: now[0])
    tickets.give("anna")
    assert tickets.expecting and "anna" in tickets
    now[0] = GOOD_FOR + 1
    assert not tickets.expecting and not tickets._given
