"""A tab that is closed in the middle of a job: really closed, at the level of its connections."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.reliability.http import Program, Served, Tab, serving
from tests.reliability.parts import CAPTION, PATIENCE, wait_until
from tests.ui.pretend import PretendPipeline


@pytest.fixture
def pipeline() -> PretendPipeline:
    """Stands before its third step until it is let go."""
    return PretendPipeline(hold_at=3)


def begin(served: Served, tab: Tab) -> None:
    """Click Generate, and read until the model is at its third step."""
    tab.generate()
    for _ in tab.news():
        if served.pipeline.held.is_set():
            break
    assert served.pipeline.held.wait(PATIENCE)


def test_a_closed_tab_ends_its_job_within_one_step(
    tmp_path: Path, pipeline: PretendPipeline
) -> None:
    """Reliability 5: tab closed mid-run: the job ends within one step; nothing is stored, and
    nothing of the tab is remembered."""
    with serving(tmp_path, pipeline) as served:
        with Tab(served) as tab:
            begin(served, tab)
        wait_until(lambda: not served.service.busy)  # while the step still runs
        pipeline.release.set()
        wait_until(lambda: served.service.waiting == 0)
        assert pipeline.steps_done == 3
        assert served.service.store.ids() == []
        wait_until(lambda: not served.actions._jobs)
        after = Program(served)
        after.join(PATIENCE)
        assert '"phase": "done"' in after.text


def test_a_closed_tab_gives_its_place_in_line_away(
    tmp_path: Path, pipeline: PretendPipeline
) -> None:
    """Reliability 5: at once, while another's picture is being made."""
    with serving(tmp_path, pipeline) as served, Tab(served) as first:
        begin(served, first)
        with Tab(served) as second:
            second.generate()
            wait_until(lambda: served.service.waiting == 2)
        wait_until(lambda: served.service.waiting == 1)
        pipeline.release.set()
        assert '"phase": "done"' in (list(first.news()) and first.words())
        assert len(served.service.store.ids()) == 1


def test_a_program_that_hangs_up_ends_its_job_with_the_next_step(tmp_path: Path) -> None:
    """Reliability 5: it has no heartbeat, so the studio finds out when it has something to say."""
    pipeline = PretendPipeline(paced=True)
    with serving(tmp_path, pipeline) as served, httpx.Client(timeout=PATIENCE) as client:
        url = served.api("call/generate")
        data = [CAPTION, 256, 256, "V4_TURBO_12", 7, 1, 20]
        event = client.post(url, json={"data": data}).json()["event_id"]
        pipeline.paces.release()
        with client.stream("GET", f"{url}/{event}") as reply:
            assert any('"step": 1' in line for line in reply.iter_lines())
        queue = served.demo._queue
        wait_until(lambda: all(not e.alive for e in queue.event_ids_to_events.values()))
        pipeline.paces.release()  # a step that it is not told of any more
        wait_until(lambda: not served.service.busy)
        pipeline.paces.release()
        wait_until(lambda: served.service.waiting == 0)
        assert pipeline.steps_done == 3
        assert served.service.store.ids() == []
