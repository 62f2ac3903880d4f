"""Whether a checkpoint can look at pictures: what that needs, looked up in headers alone.

A page has to know before anything is loaded. What it is not: the reading of the tower, which is
`ideogram4.model.vision`; this never imports torch.
"""

from __future__ import annotations

from pathlib import Path

from ideogram4.errors import WeightsError
from ideogram4.model.config import read_json
from ideogram4.weights.checkpoint import open_checkpoint


def why_no_seeing(folder: Path) -> str:
    """Why the model in `folder` reads no pictures, in a sentence; "" where it has a vision tower.

    Files that cannot be read are a reason too, not an error: they are told when they are loaded.
    """
    text = folder / "text_encoder"
    try:
        told = isinstance(read_json(text / "config.json").get("vision_config"), dict)
        has = any(
            name.removeprefix("model.").startswith("visual.")
            for name in open_checkpoint(text).tensors
        )
    except WeightsError:
        return "This model cannot read pictures: its text encoder could not be read."
    if told and has:
        return ""
    return "This model cannot read pictures: it has no vision tower."
