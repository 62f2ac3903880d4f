"""The published folder layout: which files a model consists of, and which of them a folder lacks.

    model_index.json  scheduler/  tokenizer/                      small files
    transformer/  unconditional_transformer/  text_encoder/  vae/     config.json and weights

Works on names, so that the same rules choose what to download from a listing and judge a folder on
disk. It is not a reader of weights (`checkpoint`) and it opens no file but an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from ideogram4.errors import MissingFileError
from ideogram4.weights.checkpoint import WEIGHT_FILES, index_of, shard_names

WEIGHT_COMPONENTS = ("transformer", "unconditional_transformer", "text_encoder", "vae")
# A distilled model needs no unconditional transformer; the pipeline decides, not the download.
OPTIONAL_COMPONENTS = frozenset({"unconditional_transformer"})
REQUIRED_FILES = ("tokenizer/tokenizer.json",)
OPTIONAL_FILES = (
    "model_index.json",
    "scheduler/scheduler_config.json",
    "tokenizer/added_tokens.json",
    "tokenizer/chat_template.jinja",
    "tokenizer/chat_template.json",
    "tokenizer/merges.txt",
    "tokenizer/special_tokens_map.json",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
)

ShardsOf = Callable[[str], Iterable[str]]
_SHARD = re.compile(r"-(\d{5})-of-(\d{5})\.safetensors")


def weight_index(component: str, available: Collection[str]) -> str | None:
    """The index file of a component's shards, where it has one."""
    names = (f"{component}/{index_of(name)}" for name in WEIGHT_FILES)
    return next((name for name in names if name in available), None)


def needed_files(available: Collection[str], shards_of: ShardsOf, *, where: str) -> list[str]:
    """Choose from a listing the files that make up the model, small ones first.

    `shards_of` names the shards of an index file; only those are taken, so other precisions,
    pickles and samples in the same repository are left behind. Raises
    `MissingFileError` naming every required file that `available` lacks; `where` names the place.
    """
    small = [name for name in OPTIONAL_FILES if name in available]
    small.extend(REQUIRED_FILES)
    weights: list[str] = []
    for component in WEIGHT_COMPONENTS:
        if component in OPTIONAL_COMPONENTS and not _has_component(component, available):
            continue
        small.append(f"{component}/config.json")
        index = weight_index(component, available)
        if index is not None:
            small.append(index)
            weights.extend(f"{component}/{shard}" for shard in sorted(set(shards_of(index))))
        else:
            weights.append(_single_file(component, available))
    missing = [name for name in (*small, *weights) if name not in available]
    if missing:
        raise _missing(missing, where)
    return [*small, *weights]


def needed_in_folder(folder: Path) -> list[str]:
    """The files of the model in `folder`; raises `MissingFileError` when one is not there."""
    available = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    return needed_files(
        available,
        lambda name: listed_shards((folder / name).read_bytes(), folder / name),
        where=str(folder),
    )


def listed_shards(raw: bytes, index: Path) -> set[str]:
    """The shards that an index lists; raises `CorruptFileError`."""
    return set(shard_names(raw, index).values())


def likely_shards(index: str, available: Collection[str]) -> list[str]:
    """The shards that an index will list, going by their names in a listing.

    For saying how much there is to download while the index itself is not here yet.
    """
    component, _, name = index.rpartition("/")
    start = f"{component}/{name.removesuffix('.safetensors.index.json')}"
    found = []
    for path in available:
        number = _SHARD.fullmatch(path.removeprefix(start)) if path.startswith(start) else None
        if number and 0 < int(number[1]) <= int(number[2]):
            found.append(path.removeprefix(f"{component}/"))
    return found


def _has_component(component: str, available: Collection[str]) -> bool:
    return any(name.startswith(f"{component}/") for name in available)


def _single_file(component: str, available: Collection[str]) -> str:
    names = [f"{component}/{name}" for name in WEIGHT_FILES]
    usual = names[1] if component == "text_encoder" else names[0]
    return next((name for name in names if name in available), usual)


def _missing(names: list[str], where: str) -> MissingFileError:
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return MissingFileError(
        f"{where}: the model is not complete; missing: {shown}",
        hint="A model folder holds transformer/, text_encoder/, vae/ and tokenizer/, "
        "as in ideogram-ai/ideogram-4-nf4-diffusers.",
    )
