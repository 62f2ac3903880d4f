"""What the live demo's events do: may it be drawn now, draw it, stop it.

They work for the demo alone; the service refuses every other model. A redraw starts only while
nobody waits for a picture that was asked for, so that none ever stands in line behind one.
It makes no component, and nothing here is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from ideogram4.errors import CaptionError, Ideogram4Error
from ui.actions import SKIP, StudioActions, session_of
from ui.preview import PreviewState
from ui.service import GenerationService, apology
from ui.service.jobs import Busy
from ui.service.models import only_the_demo
from ui.service.redraws import Redraw

log = logging.getLogger(__name__)

LARGEST = 2**53  # numbers of a page are exact up to here


class LiveActions:
    """The events of the live switch. One object serves every session."""

    def __init__(self, service: GenerationService, studio: StudioActions) -> None:
        self.service = service
        self.redraws = service.redraws
        self._studio = studio

    def ask(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        sampling: object,
        request: gr.Request,
        event: gr.EventData,
    ) -> Any:
        """Before the queue: whether the caption can be drawn, is new, and nobody else waits.

        -> live switch
        """
        tab, number = session_of(request), _number(event)
        seed = seed if str(seed or "").strip() else self.redraws.seed(tab)
        try:
            only_the_demo(self.service.model)
            wish = self._studio.request(text, size, preset, seed, 1, sampling)
        except CaptionError:  # the list of issues says it; there is nothing to alarm about
            return self.redraws.news(tab, number, "refused")
        except Ideogram4Error as error:
            return self.redraws.news(tab, number, "refused", str(error))
        if self.redraws.in_sight(tab) == wish:
            return self.redraws.news(tab, number, "same")
        if self.redraws.ask(tab, number, wish) is None:
            return SKIP
        # Looked at after the wish is known, so a picture asked for meanwhile has cancelled it.
        if self._studio.expecting or self.service.busy:
            self.redraws.stop(tab, number)
            return self.redraws.news(tab, number, "later")
        return self.redraws.news(tab, number, "go")

    def draw(self, request: gr.Request, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Draw what `ask` let pass, yielding the page at each step.

        -> preview, live switch, keep-seed button
        """
        tab, number = session_of(request), _number(event)
        redraw = self.redraws.begin(tab, number)
        if redraw is None:
            yield SKIP, self.redraws.news(tab, number, "later"), SKIP
            return
        wish = redraw.request
        facts = f"seed {wish.seed} · {wish.width} × {wish.height} · {wish.preset}"
        shown, news = PreviewState.live(facts), self.redraws.news(tab, number, "drawing")
        try:
            with closing(self.service.redraw(wish, redraw.job)) as updates:
                for update in updates:
                    if update.phase == "cancelled":
                        yield self._stopped(tab, redraw, shown)
                        return
                    shown = shown.redrawn(update)
                    if update.phase == "done":
                        self.redraws.finish(tab, redraw)
                        news = self.redraws.news(tab, number, "drawn")
                        yield redraw.instead or shown, news, gr.update(interactive=True)
                        return
                    yield shown, news, SKIP
                    news = SKIP
        except Busy:
            yield shown.broken_off(), self.redraws.news(tab, number, "later"), SKIP
        except Ideogram4Error as error:
            yield self._failed(tab, number, shown, error)
        except Exception:
            log.exception("the page could not show a live redraw")
            yield self._failed(tab, number, shown, apology())

    def stop(self, request: gr.Request, event: gr.EventData) -> None:
        """The caption was changed or the switch turned off: that redraw is not wanted any more."""
        self.redraws.stop(session_of(request), _number(event))

    def lost(self, request: gr.Request) -> Any:
        """A redraw ended before it began, because the queue was full. -> live switch"""
        tab = session_of(request)
        return self.redraws.news(tab, self.redraws.latest(tab), "later")

    def _stopped(self, tab: str, redraw: Redraw, shown: PreviewState) -> tuple[Any, ...]:
        """What took its place, or the picture as far as it got; who gave way tries again."""
        if redraw.instead is not None:
            return redraw.instead, SKIP, SKIP
        news = self.redraws.news(tab, redraw.number, "later") if redraw.gave_way else SKIP
        return shown.broken_off(), news, SKIP

    def _failed(
        self, tab: str, number: int, shown: PreviewState, error: Ideogram4Error
    ) -> tuple[Any, ...]:
        news = self.redraws.news(tab, number, "failed", str(error))
        return shown.broken_off(), news, SKIP


def _number(event: gr.EventData) -> int:
    """The number the page gave; 0, which no redraw has, for anything else a browser may send."""
    data = event._data
    number = data.get("number") if isinstance(data, dict) else None
    return number if type(number) is int and 0 < number < LARGEST else 0
