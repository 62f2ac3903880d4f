"""Forty at once, over HTTP, at the studio as it is launched."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.reliability.http import Program, Served, Tab, serving
from tests.reliability.parts import PATIENCE, wait_until
from tests.ui.pretend import PretendPipeline
from ui.service.line import WAITING

SESSIONS = 40
BUSY = "The studio is busy: too many pictures are waiting already."


class Visitor(threading.Thread):
    """One person: a page, a click, and whatever is then told until it is over."""

    def __init__(self, served: Served, seed: int, together: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.seed = seed
        self.tab = Tab(served)
        self._together = together
        self.start()

    def run(self) -> None:
        with self.tab:
            self._together.wait(PATIENCE)
            self.tab.generate(self.seed)
            for _ in self.tab.news():
                pass

    @property
    def place(self) -> int:
        """How many were before this one when it came: the page's own first words."""
        words = self.tab.words()
        return next((n for n in range(WAITING, 0, -1) if f'"{n} before you' in words), 0)


def test_of_forty_pages_one_runs_eight_wait_and_the_rest_are_told_at_once(tmp_path: Path) -> None:
    """Reliability 1: queue of 8, 40 sessions at once: 1 runs, 8 wait, the rest get a readable
    "busy" at once; all accepted finish once, in order."""
    pipeline = PretendPipeline(hold_at=1)
    with serving(tmp_path, pipeline) as served:
        together = threading.Barrier(SESSIONS)
        visitors = [Visitor(served, seed, together) for seed in range(SESSIONS)]
        assert pipeline.held.wait(PATIENCE)
        refused = wait_for_refusals(visitors, SESSIONS - WAITING - 1)
        # At once: nothing has been drawn yet, and the nine are still in line.
        assert pipeline.steps_done == 0 and served.service.waiting == WAITING + 1
        assert all(BUSY in visitor.tab.words() for visitor in refused)
        pipeline.release.set()
        for visitor in visitors:
            visitor.join(PATIENCE)
            assert not visitor.is_alive()
        accepted = sorted(set(visitors) - set(refused), key=lambda visitor: visitor.place)
        assert [visitor.place for visitor in accepted] == list(range(WAITING + 1))
        assert [job["seed"] for job in pipeline.jobs] == [visitor.seed for visitor in accepted]
        assert len(served.service.store.ids()) == WAITING + 1
        assert pipeline.most_running == 1


def wait_for_refusals(visitors: list[Visitor], count: int) -> list[Visitor]:
    """Those whose story is over while the model is still held."""

    def over() -> list[Visitor]:
        return [visitor for visitor in visitors if not visitor.is_alive()]

    wait_until(lambda: len(over()) >= count)
    assert len(over()) == count
    return over()


def test_programs_stand_in_the_same_line_and_are_told_the_same(tmp_path: Path) -> None:
    """Reliability 1: a page may be turned away because of programs, and the other way round."""
    pipeline = PretendPipeline(hold_at=1)
    with serving(tmp_path, pipeline) as served:
        programs = [Program(served, seed) for seed in range(WAITING + 1)]
        wait_until(lambda: served.service.waiting == WAITING + 1)
        with Tab(served) as tab:
            tab.generate()
            assert BUSY in str(list(tab.news()))
        late = Program(served, 99)
        late.join(PATIENCE)
        assert "event: error" in late.text and BUSY in late.text
        pipeline.release.set()
        for program in programs:
            program.join(PATIENCE)
            assert '"phase": "done"' in program.text
        assert sorted(job["seed"] for job in pipeline.jobs) == list(range(WAITING + 1))


def test_a_full_line_keeps_nobody_from_what_needs_no_model(tmp_path: Path) -> None:
    """Reliability 1: captions are still checked, and a click is still answered."""
    pipeline = PretendPipeline(hold_at=1)
    with serving(tmp_path, pipeline) as served, Tab(served) as tab:
        programs = [Program(served, seed) for seed in range(WAITING + 1)]
        wait_until(lambda: served.service.waiting == WAITING + 1)
        click = ["{", "256 × 256", "V4_TURBO_12", "7", 1, {}]
        for handler, data in (("StudioActions.check_wishes", click), ("StudioApi.check", ["{"])):
            assert tab.ask(handler, *data).status_code == 200
            (answer,) = (told for told in tab.news() if told["msg"] == "process_completed")
            assert answer["success"]
        pipeline.release.set()
        for program in programs:
            program.join(PATIENCE)
