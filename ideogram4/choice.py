"""Which weights to use when nobody said: the real ones where they can run, else the demo.

Used by the command line and the studio, so that both choose alike and both can say why. It only
chooses: finding and fetching the files is ideogram4.weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ideogram4.errors import HubUnavailableError, MissingFileError, WeightsError
from ideogram4.settings import Settings
from ideogram4.weights.gate import gated
from ideogram4.weights.hub import on_the_hub, with_revision
from ideogram4.weights.repository import has_token

DEMO = "demo"
REAL = "ideogram-ai/ideogram-4-nf4"
REAL_FORMAT = "nf4"
PROBE_SECONDS = 5.0
PROBED = "model_index.json"


@dataclass(frozen=True)
class ModelChoice:
    """A model for `Ideogram4Pipeline.from_pretrained` and, in a few words, why this one."""

    model: str
    reason: str


def choose_model(
    settings: Settings,
    requested: str | None = None,
    revision: str | None = None,
    *,
    obstacles: Callable[[Settings], str | None] | None = None,
) -> ModelChoice:
    """Return what was asked for, else what IDEOGRAM4_MODEL names, else what can run here.

    With a revision it is `name@revision`; using it says if there is none. `obstacles` answers why
    the real weights cannot be used here, or None; tests replace it.
    """
    if requested:
        return ModelChoice(with_revision(requested, revision), "asked for")
    if settings.model:
        return ModelChoice(with_revision(settings.model, revision), "IDEOGRAM4_MODEL is set")
    obstacle = (obstacles or obstacles_to_real_weights)(settings)
    if obstacle is None:
        reason = "CUDA and access to the weights are there"
        return ModelChoice(with_revision(REAL, revision), reason)
    return ModelChoice(with_revision(DEMO, revision), obstacle)


def obstacles_to_real_weights(settings: Settings) -> str | None:
    """Say why the real weights cannot be used here, or None. Imports torch; may ask the hub once.

    Cheapest first, so a machine without a card never talks to the hub.
    """
    if not has_card():
        return "no CUDA device"
    if not can_load(REAL_FORMAT):
        return f"this version cannot load {REAL_FORMAT} weights yet"
    problem = access_problem(REAL, settings)
    return None if problem is None else problem.message


def has_card() -> bool:
    """Whether there is a CUDA device. Imports torch."""
    import torch

    return bool(torch.cuda.is_available())


def can_load(format_name: str) -> bool:
    """Whether this version has a loader for a weight format, such as "nf4" or "fp8"."""
    from ideogram4.quant import registered

    return any(known.name == format_name for known in registered())


def access_problem(model: str, settings: Settings) -> WeightsError | None:
    """Return (do not raise) why `model` cannot be had with this login; None when it can or is here.

    One request for a small file's headers, at most PROBE_SECONDS, and none without a token.
    """
    from huggingface_hub import constants

    try:
        source = on_the_hub(
            model,
            token=settings.hf_token,
            endpoint=settings.hf_endpoint,
            timeout=PROBE_SECONDS,
        )
    except WeightsError as refused:
        return refused
    if source.cache.file(PROBED, source.revision) is not None:
        return None
    if settings.offline or constants.HF_HUB_OFFLINE:
        return HubUnavailableError(f"{source.repo} is not downloaded and HF_HUB_OFFLINE is set")
    if not has_token(source.token):
        return gated(source.repo, "token")
    answer = source.refusal(PROBED)
    # Let in, and the file is merely called otherwise.
    return None if isinstance(answer, MissingFileError) else answer
