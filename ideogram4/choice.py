"""Which weights to use when nobody said: the real ones where they can run, else the demo.

Used by the command line and the studio, so that both choose alike and both can say why. It only
chooses: finding and fetching the files is ideogram4.weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ideogram4.errors import GatedModelError, HubUnavailableError, WeightsError
from ideogram4.settings import Settings

DEMO = "demo"
REAL = "ideogram-ai/ideogram-4-nf4"
REAL_FORMAT = "nf4"
PROBE_SECONDS = 5.0


@dataclass(frozen=True)
class ModelChoice:
    """A model for `Ideogram4Pipeline.from_pretrained` and, in a few words, why this one."""

    model: str
    reason: str


def choose_model(
    settings: Settings,
    requested: str | None = None,
    *,
    obstacles: Callable[[Settings], str | None] | None = None,
) -> ModelChoice:
    """Return what was asked for, else what IDEOGRAM4_MODEL names, else what can run here.

    `obstacles` answers why the real weights cannot be used here, or None; tests replace it.
    """
    if requested:
        return ModelChoice(requested, "asked for")
    if settings.model:
        return ModelChoice(settings.model, "IDEOGRAM4_MODEL is set")
    obstacle = (obstacles or obstacles_to_real_weights)(settings)
    if obstacle is None:
        return ModelChoice(REAL, "CUDA and access to the weights are there")
    return ModelChoice(DEMO, obstacle)


def obstacles_to_real_weights(settings: Settings) -> str | None:
    """Say why the real weights cannot be used here, or None. Imports torch; may ask the hub once.

    Cheapest first, so a machine without a card never talks to the hub.
    """
    import torch

    if not torch.cuda.is_available():
        return "no CUDA device"
    if not can_load(REAL_FORMAT):
        return f"this version cannot load {REAL_FORMAT} weights yet"
    problem = access_problem(REAL, settings)
    return None if problem is None else problem.message


def can_load(format_name: str) -> bool:
    """Whether this version has a loader for a weight format, such as "nf4" or "fp8"."""
    from ideogram4.quant import registered

    return any(known.name == format_name for known in registered())


def access_problem(repo: str, settings: Settings) -> WeightsError | None:
    """Return (do not raise) why `repo` cannot be had with this login; None when it can or is here.

    One request for a small file's headers, at most PROBE_SECONDS, and none without a token.
    """
    import huggingface_hub as hub
    from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError

    if isinstance(hub.try_to_load_from_cache(repo, "model_index.json"), str):
        return None
    if hub.constants.HF_HUB_OFFLINE:
        return HubUnavailableError(f"{repo} is not downloaded and HF_HUB_OFFLINE is set")
    steps = f"Accept the licence on https://huggingface.co/{repo}, then set HF_TOKEN to a token."
    token = settings.hf_token or hub.get_token()
    if not token:
        return GatedModelError(f"{repo} is gated and there is no Hugging Face token", hint=steps)
    try:
        address = hub.hf_hub_url(repo, "model_index.json", endpoint=settings.hf_endpoint)
        hub.get_hf_file_metadata(address, token=token, timeout=PROBE_SECONDS)
    except RepositoryNotFoundError:  # a gated repository is one of these too
        return GatedModelError(
            f"the licence of {repo} has not been accepted with this login", hint=steps
        )
    except EntryNotFoundError:
        return None  # let in, and the file is merely called otherwise
    except Exception:
        # Whatever else goes wrong in a probe means "not now": it must never stop a start, and the
        # hub library's transport, and with it the classes it raises, differs between versions.
        return HubUnavailableError(
            "the Hugging Face hub cannot be reached", hint="Try again later."
        )
    return None
