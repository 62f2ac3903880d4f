"""Whether a checkpoint can write captions itself: what that needs, looked up in headers alone.

A text encoder was trained as a language model, and most checkpoints leave out what no picture needs
of it. A page has to know before anything is loaded. It is not the reading of the head, which is
`ideogram4.model.writer`, and never imports torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ideogram4.errors import WeightsError
from ideogram4.model.config import CheckpointInfo, read_json
from ideogram4.weights.checkpoint import open_checkpoint
from ideogram4.weights.keys import published_text_encoder_keys

# As the published repositories call them; other writers' names are turned into these.
NORM = "language_model.norm.weight"
HEAD = "lm_head.weight"
TABLE = "language_model.embed_tokens.weight"
ALONE = "weight"  # of a head in a folder of its own


def why_no_writing(folder: Path) -> str:
    """Why the model in `folder` writes no captions, in a sentence; "" where it does.

    Files that cannot be read are a reason too, not an error: they are told when they are loaded.
    """
    try:
        return _why(folder)
    except WeightsError:
        return "This model cannot write captions: its text encoder could not be read."


def _why(folder: Path) -> str:
    text = folder / "text_encoder"
    config: dict[str, Any] = read_json(text / "config.json")
    inner = config.get("text_config")
    if isinstance(inner, dict):
        config = {**config, **inner}
    taps = CheckpointInfo.from_folder(folder, folder.name).text_encoder_taps
    if max(taps, default=-1) + 1 != config.get("num_hidden_layers"):
        return "This model cannot write captions: its text encoder ends before its last layer."
    names = _names(text)
    if NORM not in names:
        return "This model cannot write captions: its text encoder lacks the final norm."
    apart = _names(folder / "lm_head") if (folder / "lm_head").is_dir() else frozenset()
    tied = config.get("tie_word_embeddings") is True and TABLE in names
    if HEAD not in names and not apart & {HEAD, ALONE} and not tied:
        return "This model cannot write captions: its text encoder has no head (lm_head)."
    return ""


def _names(folder: Path) -> frozenset[str]:
    stored = tuple(open_checkpoint(folder).tensors)
    published = {entry.target for entry in published_text_encoder_keys(stored).entries}
    return frozenset(published | ({ALONE} & set(stored)))
