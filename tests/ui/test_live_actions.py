"""The live demo on the server: who may draw, who goes first, what is kept (nothing), for whom."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from PIL import Image

from ideogram4.errors import RequestError
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from tests.ui.test_actions import ANNA, BEN, CAPTION, WISH, Visitor
from ui import studio
from ui.actions import SKIP, StudioActions
from ui.api import StudioApi
from ui.gallery import Standing
from ui.gallery.actions import GalleryActions
from ui.live.actions import LiveActions
from ui.service import GenerationService
from ui.service.jobs import Job

OTHER = CAPTION.replace("red", "blue")


class RealPipeline(PretendPipeline):
    is_demo = False


class Page:
    """Both kinds of actions over one service."""

    def __init__(self, folder: Path, pipeline: PretendPipeline, model: str = "demo") -> None:
        self.pipeline = pipeline
        self.service = GenerationService(
            Settings(model=model, output_dir=folder), loader=PretendLoader(pipeline)
        )
        self.actions = StudioActions(self.service)
        self.live = LiveActions(self.service, self.actions)
        self.shelf = GalleryActions(self.service, self.actions)

    def ask(
        self,
        number: object,
        text: str = CAPTION,
        who: Visitor = ANNA,
        *,
        size: str = "256 × 256",
        seed: str = "7",
    ) -> Any:
        return self.live.ask(text, size, "V4_TURBO_12", seed, None, who, numbered(number))

    def draw(self, number: object, who: Visitor = ANNA) -> Iterator[tuple[Any, ...]]:
        return self.live.draw(who, numbered(number))

    def redraw(self, number: int, text: str = CAPTION, **wish: Any) -> list[tuple[Any, ...]]:
        """Ask and draw to the end."""
        assert self.ask(number, text, **wish)["state"] == "go"
        return list(self.draw(number))


class Drawing(threading.Thread):
    """A live redraw that stands before its third step until it is let go."""

    def __init__(self, page: Page, who: Visitor = ANNA) -> None:
        super().__init__(daemon=True)
        assert page.ask(1, who=who)["state"] == "go"
        self._draw = page.draw(1, who)
        self.told: list[tuple[Any, ...]] = []
        self.page = page
        self.start()
        assert page.pipeline.held.wait(timeout=30)

    def run(self) -> None:
        self.told.extend(self._draw)

    def end(self) -> tuple[Any, ...]:
        """Let the held step go on; what the page was told last."""
        self.page.pipeline.release.set()
        self.join(timeout=30)
        assert not self.is_alive()
        return self.told[-1]


def picked(made: tuple[Any, ...]) -> gr.EventData:
    """The gallery's event about the picture that a run has made."""
    return gr.EventData(None, {"id": made[3]["added"][0]})


def numbered(number: object) -> gr.EventData:
    return gr.EventData(None, {"number": number})


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path, PretendPipeline())


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Page]:
    pipeline = PretendPipeline(hold_at=3)
    yield Page(tmp_path, pipeline)
    pipeline.release.set()


def test_a_redraw_goes_step_by_step_and_ends_with_the_whole_picture(page: Page) -> None:
    *steps, (preview, news, keep) = page.redraw(1)
    assert {shown.phase for shown, _, _ in steps} == {"live"}
    assert [s.step for s, _, _ in steps if s.step][:12] == list(range(1, 13))
    assert [n["state"] for _, n, _ in steps if n is not SKIP] == ["drawing"]
    assert (preview.phase, news["state"], keep["interactive"]) == ("live-done", "drawn", True)
    assert preview.facts == "Live, not stored · seed 7 · 256 × 256 · V4_TURBO_12"
    head, _, data = preview.src.partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.size == (256, 256) and image.getpixel((0, 0)) == (0, 7, 9)


def test_nothing_of_a_redraw_is_stored(page: Page) -> None:
    page.redraw(1)
    assert page.service.store.ids() == []
    assert not page.service.store.folder.exists() or not list(page.service.store.folder.iterdir())
    *_, last = page.actions.generate(CAPTION, *WISH, Standing(), ANNA)
    assert len(page.service.store.ids()) == 1 == len(last[3]["added"])


def test_without_a_seed_every_redraw_of_a_tab_has_the_same_one(page: Page) -> None:
    page.redraw(1, seed="")
    page.redraw(2, OTHER, seed=" ")
    first, second = [job["seed"] for job in page.pipeline.jobs]
    assert first == second == page.service.redraws.seed("anna")
    assert page.actions.keep_seed("", Standing(), ANNA)[0] == str(first)
    assert page.actions.keep_seed("", Standing(), BEN)[0] == ""


def test_what_is_in_sight_is_not_drawn_again(page: Page) -> None:
    page.redraw(1)
    laid_out_otherwise = json.dumps(json.loads(CAPTION), indent=7)
    assert page.ask(2, laid_out_otherwise)["state"] == "same"
    assert page.ask(3, OTHER)["state"] == "go"
    assert page.ask(4, seed="8")["state"] == "go"
    assert page.ask(5, CAPTION, BEN)["state"] == "go"
    assert len(page.pipeline.jobs) == 1


def test_a_broken_caption_is_no_alarm_and_a_wrong_size_is_told(page: Page) -> None:
    for text in ("{", "", "[]", '{"compositional_deconstruction": 7}'):
        news = page.ask(1, text)
        assert (news["state"], news["message"]) == ("refused", ""), text
    news = page.ask(2, size="big")
    assert news["state"] == "refused" and "width × height" in news["message"]
    assert page.service.redraws.latest("anna") == 0


@pytest.mark.parametrize("number", [None, "1", 1.5, True, -1, 2**60, {}])
def test_what_is_no_number_starts_nothing(page: Page, number: object) -> None:
    assert page.ask(number) is SKIP
    assert [told[0] for told in page.draw(number)] == [SKIP]
    assert page.ask(1)["state"] == "go"
    page.live.stop(ANNA, gr.EventData(None, None))
    assert [told[0] for told in page.draw(1)][-1].phase == "live-done"


def test_the_next_edit_stops_a_redraw_within_one_step(held: Page) -> None:
    drawing = Drawing(held)
    held.live.stop(ANNA, numbered(1))
    preview, news, _ = drawing.end()
    assert held.pipeline.steps_done == 3  # the one that was running, and not one more
    assert preview.phase == "live-done" and preview.src and news is SKIP
    assert held.service.waiting == 0


def test_another_tab_stops_nothing_and_waits_its_turn(held: Page) -> None:
    drawing = Drawing(held)
    held.live.stop(BEN, numbered(1))
    assert held.ask(2, who=BEN)["state"] == "later"
    held.actions.leave(BEN)
    assert drawing.end()[1]["state"] == "drawn"
    assert held.ask(3, who=BEN)["state"] == "go"


def test_generate_goes_first_and_takes_the_place_of_the_redraw(held: Page) -> None:
    drawing = Drawing(held)
    preview, *_, ticket, live = held.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert preview.phase == "queued" and ticket is not SKIP
    assert (live["settled"], live["text"]) == (1, CAPTION)
    assert held.ask(2)["state"] == "later"  # nobody may slip in before the picture begins
    assert held.ask(1, who=BEN)["state"] == "later"
    preview, news, _ = drawing.end()
    assert held.pipeline.steps_done == 3
    assert preview.phase == "queued" and news is SKIP
    *_, last = held.actions.generate(CAPTION, *WISH, Standing(), ANNA)
    assert last[0].phase == "done" and len(held.service.store.ids()) == 1
    assert held.ask(3)["state"] == "go"


def test_a_generate_that_is_refused_still_has_its_say(held: Page) -> None:
    drawing = Drawing(held)
    refused, *_ = held.actions.check_wishes(CAPTION, "big", *WISH[1:], ANNA)
    assert drawing.end()[0] == refused and refused.phase == "refused"


def test_who_gave_way_to_somebody_else_is_told_to_ask_again(held: Page) -> None:
    drawing = Drawing(held)
    held.actions.check_wishes(CAPTION, *WISH, BEN)
    preview, news, _ = drawing.end()
    assert (preview.phase, news["state"]) == ("live-done", "later")


def test_what_was_let_pass_and_not_begun_gives_way_as_well(page: Page) -> None:
    assert page.ask(1)["state"] == "go"
    page.actions.check_wishes(CAPTION, *WISH, BEN)
    ((preview, news, _),) = page.draw(1)
    assert preview is SKIP and news["state"] == "later"
    assert page.pipeline.jobs == []


def test_a_program_goes_first_as_well(held: Page) -> None:
    drawing = Drawing(held)
    asked = (CAPTION, 256, 256, "V4_TURBO_12", 7, 1, None)
    StudioApi(held.service).refusal(*asked)
    assert drawing.end()[1]["state"] == "later"


def test_a_program_that_is_refused_disturbs_nobody(held: Page) -> None:
    drawing = Drawing(held)
    StudioApi(held.service).refusal("{", 256, 256, "V4_TURBO_12", 7, 1, None)
    assert drawing.end()[1]["state"] == "drawn"


def test_a_job_of_any_other_kind_makes_redraws_give_way(held: Page) -> None:
    """The service's own rule, for whoever calls it."""
    drawing = Drawing(held)
    wish = held.service.request(CAPTION, width=256, height=256, preset="V4_TURBO_12", seed=9)
    run = held.service.run(wish)
    drawing.end()
    assert held.pipeline.steps_done == 3
    assert [update.phase for update in run][-1] == "done"


def test_a_picture_that_is_looked_at_is_not_drawn_over(held: Page) -> None:
    held.pipeline.hold_at = None
    *_, made = held.actions.generate(CAPTION, *WISH, Standing(), ANNA)
    held.pipeline.hold_at, held.pipeline.steps_done = 3, 0
    drawing = Drawing(held)
    preview, live, _ = held.shelf.choose(ANNA, picked(made))
    assert preview.phase == "done" and live["settled"] == 1 and live["text"] is None
    assert drawing.end()[0] == preview
    assert held.actions.keep_seed("", Standing(), ANNA)[0] == ""


def test_a_caption_that_is_brought_back_counts_as_drawn(page: Page) -> None:
    *_, made = page.actions.generate(CAPTION, *WISH, Standing(), ANNA)
    text, *_, live = page.shelf.recall(ANNA, picked(made))
    assert live["text"] == text


def test_a_closed_tab_stops_its_redraw(held: Page) -> None:
    drawing = Drawing(held)
    held.actions.leave(ANNA)
    drawing.end()
    assert held.pipeline.steps_done == 3


def test_an_error_is_told_calmly_and_the_next_redraw_works(tmp_path: Path) -> None:
    page = Page(tmp_path, PretendPipeline(fail_at={2: RuntimeError("0xdead")}))
    preview, news, _ = page.redraw(1)[-1]
    assert preview.phase == "live-done" and news["state"] == "failed"
    assert "went wrong" in news["message"] and "0xdead" not in news["message"]
    assert page.redraw(2)[-1][1]["state"] == "drawn"


def test_a_redraw_that_found_the_queue_full_asks_again(page: Page) -> None:
    page.ask(4)
    assert page.live.lost(ANNA)["state"] == "later"
    assert page.live.lost(ANNA)["number"] == 4


class InterruptedLoader(PretendLoader):
    """Loads a model while the redraw that wanted it is stopped."""

    interrupt: Callable[[], None]

    def __call__(self, *asked: Any) -> PretendPipeline:
        self.interrupt()
        return super().__call__(*asked)


def test_a_stopped_redraw_still_loads_the_model_for_whoever_comes_next(tmp_path: Path) -> None:
    page = Page(tmp_path, PretendPipeline())
    loader = page.service._loader = InterruptedLoader(page.pipeline)
    loader.interrupt = lambda: page.live.stop(ANNA, numbered(1))
    assert page.redraw(1)[-1][0].phase == "live-done"
    assert page.pipeline.jobs == []
    assert page.redraw(2)[-1][1]["state"] == "drawn"
    assert loader.calls == 1


REAL = "somebody/real-weights"


def test_with_real_weights_the_page_has_no_switch_and_no_events_for_it(tmp_path: Path) -> None:
    page = Page(tmp_path, RealPipeline(), REAL)
    demo = studio.build(page.service.settings, page.service)
    (switch,) = [block for block in demo.blocks.values() if block.elem_id == "live"]
    assert switch.visible is False
    assert not [fn for fn in demo.fns.values() if fn.fn and "LiveActions" in repr(fn.fn)]


def test_with_real_weights_the_server_refuses_however_it_is_asked(tmp_path: Path) -> None:
    page = Page(tmp_path, RealPipeline(), REAL)
    news = page.ask(1)
    assert news["state"] == "refused" and "demo model only" in news["message"]
    wish = page.service.request(CAPTION, width=1024, height=1024, preset="V4_TURBO_12")
    with pytest.raises(RequestError, match="demo model only"):
        page.service.redraw(wish, Job(kept=False))
    assert page.pipeline.jobs == []


def test_weights_that_turn_out_to_be_real_when_loaded_are_refused_too(tmp_path: Path) -> None:
    page = Page(tmp_path, RealPipeline())
    _, news, _ = page.redraw(1)[-1]
    assert news["state"] == "failed" and "demo model only" in news["message"]
    assert page.pipeline.jobs == []


def test_a_redraw_cannot_be_given_a_job_that_keeps_pictures(page: Page) -> None:
    wish = page.service.request(CAPTION, width=256, height=256, preset="V4_TURBO_12")
    with pytest.raises(RequestError, match="not kept"):
        page.service.redraw(wish, Job())
