"""`GenerateBar`: the controls of a run, and the three states its two buttons can be in.

Lists and number fields here are a convenience; what counts is checked on the server by
`ui.service.requests`, so the size field takes any size and the seed field is plain text: a number
field in a browser rounds seeds above 2**53.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from ideogram4.sampling.limits import MAX_IMAGES
from ideogram4.sampling.presets import PRESETS
from ui.generate.sampling import SamplingPanel
from ui.live import LiveSwitch
from ui.presets import Size, sizes_for
from ui.service.models import ModelFacts


class GenerateBar:
    """Made inside a `gr.Blocks`; the attributes are the components.

    `sampling` stands elsewhere on the page and is read with the bar's wishes. `live`: whether the
    page may draw by itself.
    """

    def __init__(self, model: ModelFacts, sampling: SamplingPanel, *, live: bool) -> None:
        self.sampling = sampling
        usual = Size(*model.default_size)
        with gr.Row(elem_id="bar"):
            with gr.Row(elem_id="wishes"):
                self.size = gr.Dropdown(
                    [
                        (size.label, size.text)
                        for size in sizes_for(model.limits, model.default_size)
                    ],
                    value=usual.text,
                    label="Size",
                    allow_custom_value=True,
                    elem_id="size",
                )
                self.preset = gr.Dropdown(
                    list(PRESETS), value=model.default_preset, label="Preset", elem_id="preset"
                )
                self.seed = gr.Textbox(
                    label="Seed", placeholder="random seed", max_lines=1, elem_id="seed"
                )
                self.keep_seed = gr.Button("Keep seed", elem_id="keep-seed", size="sm")
                self.count = gr.Dropdown(
                    [(_pictures(count), count) for count in range(1, MAX_IMAGES + 1)],
                    value=1,
                    label="How many",
                    elem_id="count",
                )
            with gr.Row(elem_id="run"):
                # Not on the page at all with other weights, whose pictures take their time.
                self.live = LiveSwitch(visible=live)
                self.go = gr.Button("Generate", variant="primary", elem_id="generate")
                self.stop = gr.Button("Cancel", variant="stop", elem_id="cancel", interactive=False)

    @property
    def wishes(self) -> list[Any]:
        """The components a run reads, in the order `StudioActions` takes them."""
        return [self.size, self.preset, self.seed, self.count, self.sampling]

    @property
    def buttons(self) -> list[Any]:
        return [self.go, self.stop]


def running() -> tuple[Any, Any]:
    """Updates of the two buttons while a job runs."""
    return gr.update(interactive=False), gr.update(interactive=True)


def ready() -> tuple[Any, Any]:
    """Updates of the two buttons when a job may be started."""
    return gr.update(interactive=True), gr.update(interactive=False)


def seed_button(seed: object) -> Any:
    """The button beside the seed: it lets a locked seed go, or locks the last one."""
    locked = bool(str(seed or "").strip())
    return gr.update(value="New seed each time" if locked else "Keep seed")


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
