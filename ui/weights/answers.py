"""What the page asks about the real weights: how things stand, what would be downloaded, go, stop.

Each answer is plain data with sentences ready to be shown; no token is ever in one. Only requests
that come straight from this machine are answered: behind a tunnel or a proxy the page may be
anybody's, and a stranger must neither fill the owner's disk nor change the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from ideogram4.choice import DEMO, REAL, ModelChoice, has_card
from ideogram4.commands.console import duration
from ideogram4.errors import GatedModelError, RequestError, WeightsError
from ideogram4.weights import DownloadPlan
from ideogram4.weights.cache import HubCache
from ideogram4.weights.download_plan import size_text
from ideogram4.weights.gate import TOKENS_PAGE, licence_page
from ideogram4.weights.hub import on_the_hub
from ui.doors import from_this_machine
from ui.presets import size_near, sizes_for
from ui.service import GenerationService
from ui.service.fetching import Download, Standing

Answer = dict[str, Any]
# What the hub's answer says of the licence and of the token, step by missing step.
STATES = {
    "token": ("unknown", "missing"),
    "refused": ("unknown", "refused"),
    "scope": ("unknown", "refused"),
    "licence": ("missing", "done"),
    "pending": ("waiting", "done"),
    "rejected": ("refused", "done"),
    "unclear": ("unknown", "unknown"),
}


class WeightsAnswers:
    """Answers for one studio. `changed` is called when the page has to be made anew."""

    def __init__(self, service: GenerationService, repo: str = REAL) -> None:
        self.repo = repo
        self.download = Download(repo, service.settings)
        self.changed: Callable[[], None] = lambda: None
        self._service = service

    @property
    def functions(self) -> list[Callable[..., Answer]]:
        """What the page may call, by these names."""

        # Functions and not methods, because Gradio marks them; the request is given by Gradio.
        def weights_state(asked: object, request: gr.Request) -> Answer:
            return self._answer(request, self.state)

        def weights_look(asked: object, request: gr.Request) -> Answer:
            return self._answer(request, self.look)

        def weights_download(asked: object, request: gr.Request) -> Answer:
            return self._answer(request, self.start)

        def weights_cancel(asked: object, request: gr.Request) -> Answer:
            return self._answer(request, self.cancel)

        def weights_use(asked: object, request: gr.Request) -> Answer:
            return self._answer(request, lambda: self.use(asked))

        return [weights_state, weights_look, weights_download, weights_cancel, weights_use]

    def state(self) -> Answer:
        """How things stand, without asking the hub."""
        return {
            "repo": self.repo,
            "licence_page": licence_page(self.repo),
            "tokens_page": TOKENS_PAGE,
            "used": self._service.choice.model == self.repo,
            "here": self._is_here(),
            "offline": self._service.settings.offline,
            "download": _told(self.download.standing),
        }

    def look(self) -> Answer:
        """The same, and what the hub says: two requests."""
        settings = self._service.settings
        if settings.offline:
            return {**self.state(), "problem": "HF_HUB_OFFLINE is set, so the hub is not asked."}
        try:
            source = on_the_hub(self.repo, token=settings.hf_token, endpoint=settings.hf_endpoint)
            plan = source.plan()
            left = [file.name for file in plan.files if file.left]
            refused = source.refusal(left[0]) if left else None
        except WeightsError as problem:
            plan, refused = None, problem
        if refused is not None and not isinstance(refused, GatedModelError):
            return {**self.state(), "problem": refused.sentence}
        licence, token = "done", "done"
        if isinstance(refused, GatedModelError):
            licence, token = STATES.get(refused.step, STATES["unclear"])
        return {
            **self.state(),
            "licence": licence,
            "token": token,
            "gate": refused.message if refused else "",
            "plan": _plan(plan) if plan else None,
            "card": has_card(),
        }

    def start(self) -> Answer:
        """Download, or go on with it."""
        if self._service.settings.offline:
            raise RequestError("HF_HUB_OFFLINE is set, so nothing can be downloaded")
        self.download.start()
        return self.state()

    def cancel(self) -> Answer:
        """Stop the download; what has arrived stays."""
        self.download.cancel()
        return self.state()

    def use(self, asked: object) -> Answer:
        """Draw with the real weights from now on, or with the demo again (`{demo: true}`).

        -> the size that comes nearest to the page's shape, `{width, height}`
        """
        wished: dict[str, Any] = asked if isinstance(asked, dict) else {}
        model = DEMO if wished.get("demo") is True else self.repo
        if model == self.repo and not self._is_here():
            raise RequestError(f"{self.repo} is not here yet; download it first")
        self._service.use(ModelChoice(model, "chosen on the page"))
        self.changed()
        facts = self._service.model
        width: Any = wished.get("width")
        height: Any = wished.get("height")
        whole = all(isinstance(side, int) and side > 0 for side in (width, height))
        offered = sizes_for(facts.limits, facts.default_size)
        near = size_near((width, height), offered, facts.default_size) if whole else None
        wide, high = (near.width, near.height) if near else facts.default_size
        return {**self.state(), "width": wide, "height": high}

    def _is_here(self) -> bool:
        return HubCache.of(self.repo).whole("main") is not None

    def _answer(self, request: gr.Request, ask: Callable[[], Answer]) -> Answer:
        if not from_this_machine(request):
            return {"error": "Only the machine that the studio runs on may do that."}
        try:
            return ask()
        except (WeightsError, RequestError) as problem:
            return {**self.state(), "problem": problem.sentence}


def _plan(plan: DownloadPlan) -> Answer:
    """The plan as the page shows it; the path is this machine's own, and so is who reads it."""
    return {
        "size": size_text(plan.total),
        "left": size_text(plan.left),
        "here": size_text(plan.here) if plan.here else "",
        "files": len(plan.files),
        "folder": str(plan.cache),
        "free": "" if plan.free is None else size_text(plan.free),
        "fits": plan.fits,
        "whole": plan.left == 0,
        "commit": plan.commit[:12],
    }


def _told(standing: Standing) -> Answer:
    """Progress as the page shows it: a fraction, and the rest in words."""
    words = []
    if standing.total:
        words.append(f"{size_text(standing.done)} of {size_text(standing.total)}")
    if standing.per_second is not None:
        words.append(f"{size_text(round(standing.per_second))}/s")
    if standing.seconds_left is not None:
        words.append(f"{duration(standing.seconds_left)} left")
    return {
        "phase": standing.phase,
        "fraction": standing.done / standing.total if standing.total else 0.0,
        "words": ", ".join(words),
        "problem": standing.problem,
    }
