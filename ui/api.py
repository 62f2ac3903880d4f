"""The studio for programs: `/generate` and `/check` over HTTP, and as MCP tools.

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

from ideogram4.caption import parse_caption
from ideogram4.errors import Ideogram4Error
from ui.service import GenerationService
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
            ok (no errors; warnings and hints do not count), and issues: each with path (a JSON
            pointer), line, column, code, severity (error, warning or hint), message and fix.
        """
        result = parse_caption(caption if isinstance(caption, str) else "")
        return {"ok": result.ok, "issues": [issue.to_dict() for issue in result.issues]}


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
