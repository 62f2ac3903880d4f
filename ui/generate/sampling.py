"""`SamplingPanel`: what is set beside the preset, drawn and typed; and a size by its ratio.

Its value is `{num_steps, guidance_schedule, mu, std}`, each None for the preset's, and the list
`loras` (`ui.service.loras`); its event apply brings a width and a height. What it is not: a check;
`ui.service.requests` refuses what breaks a rule.
"""

from __future__ import annotations

from typing import Any

from ideogram4.sampling.presets import PRESETS
from ui.components import StudioComponent
from ui.service.loras import LoraShelf
from ui.service.models import ModelFacts
from ui.service.overrides import sampling_of

RATIOS = {
    "1:1": (1, 1),
    "5:4": (5, 4),
    "4:3": (4, 3),
    "3:2": (3, 2),
    "16:9": (16, 9),
    "2:1": (2, 1),
    "21:9": (21, 9),
    "4:5": (4, 5),
    "3:4": (3, 4),
    "2:3": (2, 3),
    "9:16": (9, 16),
    "1:2": (1, 2),
    "A4 portrait": (210, 297),
    "A4 landscape": (297, 210),
}
MEGAPIXELS = (0.04, 0.065, 0.1, 0.15, 0.25, 0.5, 1, 1.5, 2, 3, 4)


class SamplingPanel(StudioComponent):
    """`model` says how much guidance its presets bear, and which sizes it draws.

    `loras` are those to choose from; without any nothing is said of them.
    """

    module = "generate/sampling.js"
    styles = ("generate/sampling.css", "generate/loras.css")

    def __init__(
        self,
        value: dict[str, Any] | None = None,
        *,
        model: ModelFacts | None = None,
        preset: str | None = None,
        loras: LoraShelf | None = None,
        elem_id: str | None = "sampling",
        **settings: Any,
    ) -> None:
        # Gradio gives every such function one argument, whether it wants one or not.
        def lora_names(_: object = None) -> list[str]:
            return loras.names() if loras else []

        def lora_check(name: str) -> dict[str, Any]:
            return loras.check(str(name)) if loras else {"fits": False, "text": ""}

        super().__init__(
            value,
            elem_id=elem_id,
            loras=lora_names(),
            server_functions=[lora_names, lora_check],
            preset=preset or next(iter(PRESETS)),
            **{**_facts(model), **settings},
        )

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: dict[str, Any] | None) -> dict[str, Any]:  # type: ignore[override]
        """What the page reads."""
        return sampling_of(value)

    def preprocess(self, payload: object) -> dict[str, Any]:  # type: ignore[override]
        """What was set, as the page sent it; checked with the rest of the wish."""
        return sampling_of(payload)

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}


def _facts(model: ModelFacts | None) -> dict[str, Any]:
    if model is None:
        return {"presets": {}, "ratios": {}, "megapixels": [], "limits": {}}
    limit, limits = model.preset_guidance_limit, model.limits
    least, most = (side**2 / 1e6 for side in (limits.minimum, limits.maximum))
    presets = {
        name: {
            "num_steps": preset.num_steps,
            "guidance_schedule": [
                weight if limit is None else min(weight, limit)
                for weight in preset.guidance_schedule
            ],
            "mu": preset.mu,
            "std": preset.std,
        }
        for name, preset in PRESETS.items()
    }
    return {
        "presets": presets,
        "ratios": {name: list(ratio) for name, ratio in RATIOS.items()},
        "megapixels": [number for number in MEGAPIXELS if least * 0.9 <= number <= most * 1.1],
        "limits": {
            "minimum": limits.minimum,
            "maximum": limits.maximum,
            "multiple": limits.multiple,
            "max_ratio": limits.max_ratio,
        },
    }
