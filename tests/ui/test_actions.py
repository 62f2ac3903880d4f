"""What the page's controls answer, session by session, without a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.actions import SKIP, StudioActions
from ui.gallery import Standing
from ui.generate import bar
from ui.preview import PreviewState
from ui.service import GenerationService
from ui.service.tickets import GOOD_FOR, Tickets

CAPTION = (
    '{"compositional_deconstruction": {"background": "plain", "elements": '
    '[{"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a red circle"}]}}'
)
WISH: tuple[Any, ...] = ("256 × 256", "V4_TURBO_12", "7", 1, None)


class Visitor(gr.Request):
    """A browser session by its name."""

    def __init__(self, name: str) -> None:
        super().__init__(session_hash=name)


ANNA, BEN = Visitor("anna"), Visitor("ben")


class Page:
    """The actions of one studio, and what one run shows."""

    def __init__(self, folder: Path, pipeline: PretendPipeline) -> None:
        self.pipeline = pipeline
        settings = Settings(model="demo", output_dir=folder)
        self.service = GenerationService(settings, loader=PretendLoader(pipeline))
        self.actions = StudioActions(self.service)

    def run(self, who: Visitor = ANNA, lineage: str = "") -> Iterator[Any]:
        return self.actions.generate(CAPTION, *WISH, Standing(lineage), who)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path, PretendPipeline())


def test_a_good_wish_gets_a_ticket_and_the_page_shows_that_it_waits(page: Page) -> None:
    preview, go, stop, first, _ = page.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert preview.phase == "queued"
    assert (go["interactive"], stop["interactive"]) == (False, True)
    assert [s[0].phase for s in page.run()][-1] == "done"
    *_, second, _ = page.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert first != second


def test_a_second_wish_waits_until_the_first_is_made_or_cancelled(tmp_path: Path) -> None:
    """Two at once, and Cancel would reach only the one that began last."""
    page = Page(tmp_path, PretendPipeline(hold_at=3))
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    refused = (SKIP, *bar.running(), SKIP, SKIP)
    assert page.actions.check_wishes(CAPTION, *WISH, ANNA) == refused
    run = Running(page, ANNA)
    assert page.actions.check_wishes(CAPTION, *WISH, ANNA) == refused
    assert page.actions.check_wishes(CAPTION, *WISH, BEN)[0].phase == "queued"
    page.actions.cancel(ANNA)
    assert page.actions.check_wishes(CAPTION, *WISH, ANNA)[0].phase == "queued"
    page.pipeline.release.set()
    assert "done" not in run.end()


def test_a_ticket_that_nobody_came_with_holds_a_page_up_only_for_a_while(page: Page) -> None:
    now = [0.0]
    page.actions._in_line = Tickets(lambda: now[0])
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert page.actions.is_drawing(ANNA.session_hash or "")
    now[0] = GOOD_FOR + 1
    assert page.actions.check_wishes(CAPTION, *WISH, ANNA)[0].phase == "queued"


@pytest.mark.parametrize(
    ("text", "wish", "words"),
    [
        ("{", WISH, "Line 1"),
        (CAPTION, ("big", *WISH[1:]), "width × height"),
        (CAPTION, ("512 × 512", *WISH[1:]), "192 to 384"),
        (CAPTION, (WISH[0], "FAST", *WISH[2:]), "V4_TURBO_12"),
        (CAPTION, (*WISH[:2], "seven", *WISH[3:]), "seven"),
        (CAPTION, (*WISH[:3], 9, None), "1 to 8"),
        ("{", ("big", "FAST", "seven", 9, None), "Line 1"),
        (CAPTION, (*WISH[:4], {"num_steps": 201}), "1 to 200"),
        (CAPTION, (*WISH[:4], {"num_steps": 12, "guidance_schedule": [1]}), "1 weights for 12"),
    ],
)
def test_a_wish_that_breaks_a_rule_gets_words_and_no_ticket(
    page: Page, text: str, wish: tuple[Any, ...], words: str
) -> None:
    preview, go, stop, ticket, _ = page.actions.check_wishes(text, *wish, ANNA)
    assert preview.phase == "refused" and words in preview.message + preview.hint
    assert (go["interactive"], stop["interactive"]) == (True, False)
    assert ticket is SKIP


def test_a_run_ends_with_the_picture_in_the_gallery(page: Page) -> None:
    *steps, last = page.run()
    assert [s[0].phase for s in steps[:2]] == ["loading", "loading"]
    assert [s[0].step for s in steps if s[0].phase == "step"] == list(range(1, 13))
    preview, go, stop, told = last
    assert preview.phase == "done" and preview.facts.startswith("seed 7 · 256 × 256")
    assert (go["interactive"], stop["interactive"]) == (True, False)
    assert told["added"] == page.service.store.ids()


def test_each_run_says_from_which_one_its_caption_came(page: Page) -> None:
    *_, first = page.run()
    *_, second = page.run(lineage=first[-1]["lineage"])
    records = [page.service.store.get(last[-1]["added"][0]).record for last in (first, second)]
    assert records[0].parent == "" and records[1].parent == records[0].run
    assert first[-1]["lineage"] == records[0].run != records[1].run


def test_an_error_in_the_middle_is_shown_and_gives_the_page_back(tmp_path: Path) -> None:
    page = Page(tmp_path, PretendPipeline(fail_at={3: RuntimeError("0xdead")}))
    *_, last = page.run()
    assert last[0].phase == "failed" and "0xdead" not in last[0].message + last[0].hint
    assert (last[1]["interactive"], last[2]["interactive"]) == (True, False)
    *_, again = page.run()
    assert again[0].phase == "done"


class Running:
    """A run of one visitor that stands before step 3 until it is let go."""

    def __init__(self, page: Page, who: Visitor) -> None:
        self.shown: list[Any] = []
        self.thread = threading.Thread(target=self._read, args=(page.run(who),), daemon=True)
        self.thread.start()
        assert page.pipeline.held.wait(timeout=30)

    def _read(self, run: Iterator[Any]) -> None:
        self.shown.extend(run)

    def end(self) -> list[str]:
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        return [preview.phase for preview, *_ in self.shown if isinstance(preview, PreviewState)]


def test_cancel_reaches_the_own_job_and_nobody_elses(tmp_path: Path) -> None:
    """Reliability 4: Ben's Cancel does not stop Anna's picture."""
    page = Page(tmp_path, PretendPipeline(hold_at=3))
    run = Running(page, ANNA)
    page.actions.cancel(BEN)
    page.pipeline.release.set()
    assert run.end()[-1] == "done"


@pytest.mark.parametrize("leaving", ["cancel", "leave"])
def test_cancel_and_a_closed_tab_stop_the_job(tmp_path: Path, leaving: str) -> None:
    """Reliability 5."""
    page = Page(tmp_path, PretendPipeline(hold_at=3))
    run = Running(page, ANNA)
    getattr(page.actions, leaving)(ANNA)
    page.pipeline.release.set()
    assert run.end()[-1] == "cancelled"
    assert page.service.store.ids() == [] and page.service.waiting == 0


def test_who_finds_the_queue_full_is_told_once_and_can_try_again(page: Page) -> None:
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    preview, go, _ = page.actions.turned_away(ANNA)
    assert preview.phase == "failed" and "busy" in preview.message and go["interactive"]
    assert page.actions.turned_away(ANNA) == (SKIP,) * 3


def test_a_run_that_was_cancelled_on_its_way_never_begins(page: Page) -> None:
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    page.actions.cancel(ANNA)
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert list(page.run()) == [(SKIP,) * 4] and page.pipeline.jobs == []
    *_, last = page.run()
    assert last[0].phase == "done"


def test_who_cancelled_is_not_told_that_the_studio_is_busy(page: Page) -> None:
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    page.actions.cancel(ANNA)
    assert page.actions.turned_away(ANNA) == (SKIP,) * 3
    *_, last = page.run()
    assert last[0].phase == "done"


def test_a_cancelled_run_has_the_last_word(tmp_path: Path) -> None:
    """A step that was told before may reach the page after the answer to Cancel."""
    page = Page(tmp_path, PretendPipeline(hold_at=3))
    run = Running(page, ANNA)
    page.actions.cancel(ANNA)
    page.pipeline.release.set()
    assert run.end()[-1] == "cancelled"
    _, go, stop, shelf = run.shown[-1]
    assert (go["interactive"], stop["interactive"], shelf) == (True, False, SKIP)


def test_a_cancelled_run_says_nothing_over_the_next_one(tmp_path: Path) -> None:
    page = Page(tmp_path, PretendPipeline(hold_at=3))
    run = Running(page, ANNA)
    page.actions.cancel(ANNA)
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    page.pipeline.release.set()
    assert "cancelled" not in run.end()
    assert run.shown[-1] == (SKIP,) * 4


def test_a_size_gives_the_page_its_ratio_and_a_wrong_one_changes_nothing(page: Page) -> None:
    assert page.actions.resize("320 x 208") == gr.update(width=320, height=208, fit="reflow")
    assert page.actions.resize("5000 x 16") is SKIP
    assert page.actions.resize("wide") is SKIP


def test_the_seed_to_keep_is_the_newest_pictures(page: Page) -> None:
    *_, last = page.run()
    seed, button = page.actions.keep_seed("", Standing(newest=last[-1]["added"][0]), ANNA)
    assert seed == "7" and button["value"] == "New seed each time"
    for nothing in ("", "../../etc/passwd"):
        assert page.actions.keep_seed(None, Standing(newest=nothing), ANNA)[0] == ""


def test_a_locked_seed_is_let_go(page: Page) -> None:
    seed, button = page.actions.keep_seed("7", Standing(), ANNA)
    assert seed == "" and button["value"] == "Keep seed"


def test_a_ready_made_caption_is_loaded_by_its_title(page: Page) -> None:
    size, canvas = page.actions.start_from("Concert poster")
    assert (size, canvas["width"], canvas["height"]) == ("256 × 384", 256, 384)
    assert canvas["fit"] == "keep"
    for title in ("", "Nonsense", None, ["House"]):
        assert page.actions.start_from(title) == (SKIP, SKIP)
