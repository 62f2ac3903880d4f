"""The studio for programs: `/generate`, `/check` and `/expand` over HTTP, and as MCP tools.

The functions' signatures and docstrings are the documentation that Gradio publishes, so they are
written for whoever calls. The rules are those of the page: `ui.service.requests`. It is not a
second service: calls stand in the same line as the page's jobs. The gallery's are in
`ui.gallery.api`.
"""

# No postponed annotations here: Gradio reads them while the application runs.
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from ideogram4.caption import Issue, parse_caption
from ideogram4.errors import Ideogram4Error
from ui.service import GenerationService
from ui.service.assignments import ExpansionWish
from ui.service.jobs import Update
from ui.service.requests import GenerateRequest
from ui.serving import cached, served
from ui.store import Picture

Message = tuple[FileData | None, dict[str, Any]]


class StudioApi:
    """The public endpoints of one service."""

    def __init__(self, service: GenerationService) -> None:
        self.service = service

    def generate(  # type: ignore[misc]  # a generator: Gradio wants the type of one message
        self,
        caption: str,
        width: int | None = None,
        height: int | None = None,
        preset: str | None = None,
        seed: int | None = None,
        num_images: int = 1,
        num_steps: int | None = None,
        guidance_schedule: list[float] | None = None,
        mu: float | None = None,
        std: float | None = None,
        loras: list[dict[str, Any]] | None = None,
    ) -> Message:
        """Make pictures of a caption. Tells every step; the last message holds the pictures.

        Args:
            caption: the caption as JSON text; /check says what is wrong with one.
            width: in pixels, a multiple of 16; left out, the model's usual width.
            height: in pixels, a multiple of 16; left out, the model's usual height.
            preset: V4_TURBO_12, V4_DEFAULT_20 or V4_QUALITY_48; left out, the model's usual one.
            seed: 0 to 2**63 - 1; left out, a fresh one is drawn and told.
            num_images: 1 to 8.
            num_steps: 1 to 200; left out, the preset's.
            guidance_schedule: a weight a step from 0 to 100, first step first; left out, the
                preset's.
            mu: mean of the logit-normal timestep schedule; left out, the preset's.
            std: its spread; left out, the preset's.
            loras: of the studio's folder, each with name, weight (1) and branch (conditional,
                unconditional or both); left out, none.

        Returns:
            The first picture once it is finished, a PNG whose text holds caption, seed and
            settings; and how far the work is: phase, ahead (jobs before yours, while it waits),
            step, total, seconds_left (while it waits: of those jobs), seed, pictures, withheld (how
            many pictures screening did not let pass; when it lets none pass the call fails).
        """
        try:
            request = self._request(
                caption,
                width,
                height,
                preset,
                seed,
                num_images,
                num_steps,
                guidance_schedule,
                mu,
                std,
                loras,
            )
            with closing(self.service.run(request)) as updates:
                for update in updates:
                    yield message(update)
        except Ideogram4Error as error:
            raise gr.Error(str(error), print_exception=False) from error

    def refusal(self, *asked: object) -> list[dict[str, Any]]:
        """What `generate` would refuse of the same arguments, before the call stands in line."""
        told = gr.validate(True, "")
        try:
            self._request(*asked)
            self.service.redraws.give_way()  # they would hold the queue until they are done
        except Ideogram4Error as error:
            told = gr.validate(False, str(error))
        # Gradio wants one answer an argument; ours is about all of them, so the first carries it.
        return [told, *(gr.validate(True, "") for _ in asked[1:])]

    def _request(
        self,
        caption: object,
        width: object = None,
        height: object = None,
        preset: object = None,
        seed: object = None,
        num_images: object = 1,
        num_steps: object = None,
        guidance_schedule: object = None,
        mu: object = None,
        std: object = None,
        loras: object = None,
    ) -> GenerateRequest:
        model = self.service.model
        return self.service.request(
            caption,
            width=model.default_size[0] if width is None else width,
            height=model.default_size[1] if height is None else height,
            preset=preset or model.default_preset,
            seed=seed,
            num_images=num_images,
            num_steps=num_steps,
            guidance_schedule=guidance_schedule,
            mu=mu,
            std=std,
            loras=loras,
        )

    def check(self, caption: str) -> dict[str, Any]:
        """Say everything that is wrong with a caption, without drawing it.

        Args:
            caption: the caption as JSON text.

        Returns:
            ok (no errors; warnings and hints do not count), and issues: each with pointer (a JSON
            pointer), path (its steps as a list), line, column, code, severity (error, warning or
            hint), message and fix.
        """
        result = parse_caption(caption if isinstance(caption, str) else "")
        return {"ok": result.ok, "issues": [told_of(issue) for issue in result.issues]}

    def expand(  # type: ignore[misc]  # a generator: Gradio wants the type of one message
        self,
        idea: str,
        caption: str = "",
        task: str = "expand",
        element: int | None = None,
        texts: list[str] | None = None,
        width: int | None = None,
        height: int | None = None,
        provider: str | None = None,
        keep_boxes: bool = False,
        keep_palette: bool = False,
        boxes: bool = True,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Have a caption written from a plain idea, or an existing one completed. Draws nothing.

        Args:
            idea: what the picture should be, in plain words, at most 4000 characters; may be empty
                for the other tasks.
            caption: the caption there is, as JSON text; left out, none.
            task: expand (write a caption), fill (only what the caption lacks), element (describe
                one element anew), layout (places for texts).
            element: its number in the caption, from 0, for the task element.
            texts: the pieces of lettering, at most 24, for the task layout.
            width: of the picture, in pixels; left out, unknown.
            height: of the picture, in pixels; left out, unknown.
            provider: ideogram, chat, local (this model) or offline (simple rules); left out, the
                best that this studio has.
            keep_boxes: whether the boxes of the caption stay where they are.
            keep_palette: whether the colours of the caption stay.
            boxes: whether elements are placed at all.

        Returns:
            caption (null while it is being written), provider, changes (what had to be mended),
            issues (what is left), aspect_ratio ("W:H" if one was proposed). At most one at a time
            for each caller; when the studio is busy the call fails and says so.
        """
        try:
            wish = ExpansionWish.checked(
                idea,
                caption=caption,
                task=task,
                element=element,
                texts=() if texts is None else texts,
                width=width,
                height=height,
                provider=provider,
                keep_boxes=keep_boxes,
                keep_palette=keep_palette,
                boxes=boxes,
            )
            with closing(self.service.expansions.run(wish, session=caller(request))) as steps:
                for step in steps:
                    # Messages on the way let a caller who has gone be noticed.
                    yield NOT_YET if step.expansion is None else step.expansion.to_dict()
        except Ideogram4Error as error:
            raise gr.Error(str(error), print_exception=False) from error


NOT_YET: dict[str, Any] = {
    **{"caption": None, "provider": None},
    **{"changes": [], "issues": [], "aspect_ratio": None},
}


def caller(request: gr.Request | None) -> str:
    """Who calls: a client's session, or else the machine that it calls from."""
    if request is None:
        return "a program"
    host = "" if request.client is None else str(request.client.host)
    return f"a program {request.session_hash or host}"


def told_of(issue: Issue) -> dict[str, Any]:
    """An issue for programs. Gradio's own client takes any object whose `path` is a text for a file
    and tries to fetch it, so here that is a list of steps, and the text is called `pointer`."""
    steps = [part.replace("~1", "/").replace("~0", "~") for part in issue.path.split("/")[1:]]
    path = [int(step) if step.isdecimal() and step.isascii() else step for step in steps]
    return {"pointer": issue.path, **issue.to_dict(), "path": path}


def message(update: Update) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """One update as the endpoint sends it."""
    pictures = [file_of(picture) for picture in update.pictures]
    progress = {
        "phase": update.phase,
        "ahead": update.ahead,
        "step": update.step,
        "total": update.total,
        "seconds_left": update.seconds_left,
        "seed": update.seed,
        "pictures": pictures,
        "withheld": update.withheld,
    }
    return (pictures[0] if pictures else None), progress


def file_of(picture: Picture) -> Any:
    """A picture as Gradio sends a file; Ideogram4Error when it cannot be served."""
    copy = Path(cached(picture.path))
    return FileData(
        path=str(copy),
        url=served(copy),
        orig_name=picture.path.name,
        mime_type="image/png",
        size=copy.stat().st_size,
    ).model_dump()
