"""A contact sheet: one job, many pictures, none of them lost and nobody kept waiting for all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ideogram4.errors import OutOfMemoryError, RequestError
from tests.reliability.parts import PATIENCE, Reader, make, wish
from tests.ui.pretend import PretendPipeline
from ui.service import GenerationService
from ui.service.sheets import MOST_CELLS

SHEET = [wish(seed=seed) for seed in (1, 2, 3)]


def test_every_cell_is_told_and_stored_as_soon_as_it_is_finished(tmp_path: Path) -> None:
    """Reliability 1: one job in line, cell by cell."""
    service = make(tmp_path, PretendPipeline())
    stored = []
    for update in service.run_sheet(SHEET):
        if update.phase == "cell":
            stored.append((update.cell, update.cells, len(service.store.ids())))
            assert service.store.get(update.pictures[0].id).record.seed == update.cell
        last = update
    assert stored == [(1, 3, 1), (2, 3, 2), (3, 3, 3)]
    assert last.phase == "done"
    assert [picture.record.seed for picture in last.pictures] == [1, 2, 3]


def test_the_time_left_is_that_of_the_whole_sheet(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    updates = list(service.run_sheet(SHEET))
    steps = [update for update in updates if update.phase == "step"]
    assert [(u.cell, u.step) for u in steps] == [(c, s) for c in (1, 2, 3) for s in (1, 2, 3, 4)]
    left = [u.seconds_left for u in updates if u.phase == "cell"]
    assert left[0] is not None and left[0] > 0 and left[2] == 0
    assert steps[0].seconds_left is not None and steps[0].seconds_left > 0
    assert steps[-1].seconds_left == 0


def test_others_go_between_two_cells_and_a_full_line_does_not_end_the_sheet(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 1: nobody waits for a whole sheet, and who was let in is not turned away."""
    sheet = Reader(service, SHEET)
    assert pipeline.held.wait(PATIENCE)
    others = []
    for seed in range(11, 19):  # as many as may wait
        others.append(Reader(service, seed=seed))
        others[-1].wait_for("waiting")
    pipeline.release.set()
    assert sheet.end().phase == "done"
    assert [other.end().phase for other in others] == ["done"] * 8
    assert [job["seed"] for job in pipeline.jobs] == [1, *range(11, 19), 2, 3]
    waited = [u for u in sheet.updates if u.phase == "waiting"]
    assert waited[0].ahead == 8 and (waited[0].cell, waited[0].cells) == (2, 3)
    assert pipeline.most_running == 1


def test_cancelling_stops_within_one_step_and_keeps_the_finished_cells(tmp_path: Path) -> None:
    """Reliability 3, for a sheet."""
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline)
    run = service.run_sheet([wish(seed=seed) for seed in range(1, 6)])
    for update in run:
        if update.phase == "cell" and update.cell == 2:
            break
    kept = service.store.ids()
    run.close()
    after = Reader(service)
    assert after.end().phase == "done"
    assert len(kept) >= 2 and set(kept) <= set(service.store.ids())


def test_a_cancelled_sheet_says_which_pictures_are_kept(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 3: held at step 3 of the second cell."""
    pipeline.release.set()
    pipeline.hold_at = None
    sheet = Reader(service, [replace(SHEET[0], num_steps=2), *SHEET[1:]])
    pipeline.hold_at = 3
    pipeline.release.clear()
    assert pipeline.held.wait(PATIENCE)
    sheet.job.cancel()
    pipeline.release.set()
    last = sheet.end()
    assert (last.phase, last.cell, len(last.pictures)) == ("cancelled", 2, 1)
    assert [picture.id for picture in last.pictures] == service.store.ids()
    assert pipeline.steps_done == 2 + 3


def test_an_error_in_the_middle_keeps_the_cells_before_it(tmp_path: Path) -> None:
    """Reliability 7, for a sheet."""
    full = OutOfMemoryError("the card is full", hint="Try a smaller size.")
    service = make(tmp_path, PretendPipeline(fail_at={4: full}))
    sheet = Reader(service, [replace(SHEET[0], num_steps=3), *SHEET[1:]])
    sheet.join(PATIENCE)
    assert sheet.error is full
    assert len(service.store.ids()) == 1 and service.waiting == 0
    *_, last = service.run_sheet(SHEET)
    assert last.phase == "done"


@pytest.mark.parametrize("count", [0, MOST_CELLS + 1, 10**6])
def test_a_sheet_of_too_many_cells_is_refused_before_it_stands_in_line(
    tmp_path: Path, count: int
) -> None:
    """Reliability 28."""
    service = make(tmp_path, PretendPipeline())
    with pytest.raises(RequestError, match="1 to 64"):
        service.run_sheet(SHEET[:1] * count)
    assert service.waiting == 0
