"""Which live redraw may run: one a tab, numbered by the page, and behind everybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ideogram4.sampling.limits import SizeLimits
from ui.service.redraws import Redraw, Redraws
from ui.service.requests import GenerateRequest

CAPTION = '{"compositional_deconstruction": {"background": "plain", "elements": []}}'
WISH = GenerateRequest.checked(
    CAPTION, width=256, height=256, preset="V4_TURBO_12", limits=SizeLimits(), seed=7
)


@pytest.fixture
def redraws() -> Redraws:
    return Redraws()


def begun(redraws: Redraws, tab: str, number: int) -> Redraw:
    redraws.ask(tab, number, WISH)
    redraw = redraws.begin(tab, number)
    assert redraw is not None
    return redraw


def test_a_redraws_picture_is_never_kept(redraws: Redraws) -> None:
    assert begun(redraws, "a", 1).job.kept is False


def test_a_tabs_next_redraw_takes_the_place_of_the_last(redraws: Redraws) -> None:
    first = begun(redraws, "a", 1)
    second = begun(redraws, "a", 2)
    assert first.job.cancelled and not second.job.cancelled
    assert redraws.begin("a", 1) is None


def test_tabs_do_not_reach_each_other(redraws: Redraws) -> None:
    anna, ben = begun(redraws, "anna", 1), begun(redraws, "ben", 1)
    redraws.stop("ben")
    assert ben.job.cancelled and not anna.job.cancelled
    redraws.forget("ben")
    assert not anna.job.cancelled and redraws.latest("anna") == 1


def test_a_stop_that_arrives_before_its_wish_still_stops_it(redraws: Redraws) -> None:
    redraws.stop("a", 3)
    assert redraws.ask("a", 3, WISH) is None
    assert redraws.ask("a", 4, WISH) is not None


def test_a_stop_that_arrives_late_does_not_touch_a_newer_wish(redraws: Redraws) -> None:
    newer = begun(redraws, "a", 2)
    redraws.stop("a", 1)
    assert not newer.job.cancelled
    redraws.stop("a", 2)
    assert newer.job.cancelled


def test_a_wish_that_arrives_late_does_not_take_the_place_of_a_newer_one(redraws: Redraws) -> None:
    newer = begun(redraws, "a", 2)
    assert redraws.ask("a", 1, WISH) is None
    assert not newer.job.cancelled


def test_everybody_gives_way_and_what_had_not_begun_never_begins(redraws: Redraws) -> None:
    running = begun(redraws, "anna", 1)
    waiting = redraws.ask("ben", 1, WISH)
    assert waiting is not None
    redraws.give_way()
    assert running.job.cancelled and running.gave_way
    assert redraws.begin("ben", 1) is None
    assert not begun(redraws, "ben", 2).job.cancelled


def test_a_tab_keeps_one_seed_and_tabs_have_their_own(redraws: Redraws) -> None:
    assert redraws.seed("a") == redraws.seed("a")
    assert len({redraws.seed(str(tab)) for tab in range(20)}) > 1


def test_a_whole_redraw_is_in_sight_until_something_takes_its_place(redraws: Redraws) -> None:
    redraw = begun(redraws, "a", 1)
    assert redraws.in_sight("a") is None
    redraws.finish("a", redraw)
    assert redraws.in_sight("a") == WISH != replace(WISH, seed=8)
    redraws.stop("a", 1)
    assert redraws.in_sight("a") == WISH
    redraws.stop("a", instead="a picture")
    assert redraws.in_sight("a") is None


def test_the_next_redraw_takes_the_last_one_out_of_sight(redraws: Redraws) -> None:
    redraws.finish("a", begun(redraws, "a", 1))
    begun(redraws, "a", 2)
    assert redraws.in_sight("a") is None


def test_a_redraw_whose_place_was_taken_in_its_last_moment_is_not_in_sight(
    redraws: Redraws,
) -> None:
    redraw = begun(redraws, "a", 1)
    redraws.stop("a", instead="a picture")
    redraws.finish("a", redraw)
    assert redraws.in_sight("a") is None and redraw.instead == "a picture"


def test_news_repeat_the_last_settlement(redraws: Redraws) -> None:
    first = redraws.settle("a", "text")
    assert (first["settled"], first["text"], first["state"]) == (1, "text", "")
    later = redraws.news("a", 5, "go")
    assert later == {"number": 5, "state": "go", "message": "", "settled": 1, "text": "text"}
    assert redraws.settle("a")["text"] is None
    assert redraws.news("b")["settled"] == 0
