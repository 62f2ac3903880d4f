"""The tables of the guides, each made from what the code itself holds; `tests.readme` places them.

Where a table needs words that no code has, they stand here beside the names they explain, and a
name without words fails. What it is not: the README's own tables (`tests.readme`).
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from ideogram4.caption import parse_caption, repair_caption
from ideogram4.sampling.presets import PRESETS

Rows = Iterator[tuple[str, ...]]
# What only Python takes, or says in another way than the command line's help.
PYTHON_ONLY = {
    "prompts": "a caption (`Caption`, dict or JSON text), plain text, or a list of them",
    "noise": "float32 (pictures, tokens, channels) to begin with, instead of a seed",
    "check": 'captions outside the trained format: `"raise"`, `"warn"` or `"off"`',
    "num_steps": "1 to 200, instead of the preset's",
    "num_images": "1 to 8, for each prompt",
    "seed": "0 to 2**63 - 1, of the first picture; the others count on from it. "
    "None draws a fresh one",
    "guidance_schedule": "one weight a step from 0 to 100, first step first",
}
OPTION_NAMES = {"num_steps": "steps", "prompts": "caption"}
# Small captions that are right but for what is written at the @.
WALL = '"background": "a wall", "elements": '
STYLE = '"aesthetics": "calm", "lighting": "soft", "medium": "painting"'
PLACES = {
    "the caption": '{@, "compositional_deconstruction": {#[{"type": "obj", "desc": "a cup"}]}}',
    "its style": '{"style_description": {$, @}, '
    '"compositional_deconstruction": {#[{"type": "obj", "desc": "a cup"}]}}',
    "its elements": '{"compositional_deconstruction": {"background": "a wall", @}}',
    "type": '{"compositional_deconstruction": {#[{@, "desc": "a cup"}]}}',
    "before desc": '{"compositional_deconstruction": {#[{"type": "obj", @, "desc": "a cup"}]}}',
    "desc": '{"compositional_deconstruction": {#[{"type": "obj", @}]}}',
    "after desc": '{"compositional_deconstruction": {#[{"type": "obj", "desc": "a cup", @}]}}',
}
MISTAKES = (
    ("before desc", '"bbox": [100, 700, 900, 300]'),
    ("before desc", '"bbox": [500, 100, 500, 900]'),
    ("before desc", '"bbox": [100, 300, 900]'),
    ("before desc", '"bbox": [0.1, 0.2, 0.5, 0.9]'),
    ("before desc", '"bbox": [0, 0, 1080, 1920]'),
    ("before desc", '"bbox": [100, 300, 900, 700,]'),
    ("type", '"type": "person"'),
    ("before desc", '"text": "OPEN"'),
    ("desc", '"desc": ""'),
    ("its elements", '"elements": []'),
    ("after desc", '"colour": "red"'),
    ("after desc", '"colour_palette": ["red"]'),
    ("after desc", '"colour_palette": ["#2b6cb0"]'),
    ("after desc", '"colour_palette": []'),
    ("after desc", '"colour_palette": ["#FFFFFF"], "color_palette": ["#000000"]'),
    ("its style", '"photo": "85 mm", "art_style": "oil"'),
    ("its style", '"art_style": "oil", "mood": "calm"'),
    ("the caption", '"aspect_ratio": "16:9"'),
)


def table(head: str, rows: Rows) -> str:
    """Markdown of a head such as "a | b" and its rows."""
    count = head.count("|") + 1
    lines = [f"| {head} |", "|" + "---|" * count]
    for row in rows:
        assert len(row) == count, row
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
    return "\n".join(lines)


def presets_table() -> str:
    """Every sampler preset, guidance in runs, first step first."""

    def rows() -> Rows:
        for preset in PRESETS.values():
            runs = [(len(list(run)), w) for w, run in groupby(preset.guidance_schedule)]
            guidance = ", then ".join(f"{count} × {weight:g}" for count, weight in runs)
            yield (
                f"`{preset.name}`",
                str(preset.num_steps),
                guidance,
                f"{preset.mu:g}",
                f"{preset.std:g}",
            )

    return table("preset | steps | guidance, first step first | mu | std", rows())


def parameters_table() -> str:
    """What `Ideogram4Pipeline.generate` takes, beside the options of the command line."""
    from ideogram4.pipeline import Ideogram4Pipeline

    options = _options("generate")

    def rows() -> Rows:
        parameters = inspect.signature(Ideogram4Pipeline.generate).parameters
        for name, parameter in parameters.items():
            if name == "self":
                continue
            option = options.get(OPTION_NAMES.get(name, name))
            written = f"`{option.option_strings[0]}`" if option else ""
            words = PYTHON_ONLY.get(name) or (option.help if option else None)
            assert words, f"say what {name} is: in the command line's help, or in PYTHON_ONLY"
            needed = parameter.default is inspect.Parameter.empty
            default = "" if needed or parameter.default is None else f"`{parameter.default!r}`"
            yield f"`{name}`", written, default, words

    return table("in Python | command line | default | what it is", rows())


def limits_table() -> str:
    """Sizes and usual choices: of the real weights, which declare none, and of the demo."""
    from ideogram4.model.config import CheckpointInfo

    kinds = (CheckpointInfo(name="real"), CheckpointInfo.from_folder(_demo(), "demo"))

    def row(name: str, value: Callable[[CheckpointInfo], str]) -> tuple[str, ...]:
        return (name, *map(value, kinds))

    def guidance(info: CheckpointInfo) -> str:
        limit = info.preset_guidance_limit
        return "as the preset says" if limit is None else f"at most {limit:g}"

    def rows() -> Rows:
        yield row("a side", lambda i: f"{i.limits.minimum} to {i.limits.maximum} pixels")
        yield row("in steps of", lambda i: str(i.limits.multiple))
        yield row("longer to shorter side", lambda i: f"up to {i.limits.max_ratio:g}:1")
        yield row("usual size", lambda i: "{} × {}".format(*i.default_size))
        yield row("usual preset", lambda i: f"`{i.default_preset}`")
        yield row("guidance of a preset", guidance)

    return table(" | real weights | demo", rows())


def sizes_table() -> str:
    """The studio's ready sizes, in pixels, by shape."""
    from ideogram4.model.config import CheckpointInfo
    from ui.presets.sizes import load_sizes

    demo = CheckpointInfo.from_folder(_demo(), "demo").limits.maximum
    shapes = (
        ("square", lambda w, h: w == h),
        ("portrait", lambda w, h: w < h),
        ("landscape", lambda w, h: w > h),
    )

    def rows() -> Rows:
        for shape, fits in shapes:
            cells: tuple[list[str], list[str]] = ([], [])
            for size in load_sizes():
                width, height = size.width, size.height
                if fits(width, height):
                    cells[width * height <= demo**2].append(f"{width} × {height}")
            yield shape, ", ".join(cells[0]), ", ".join(cells[1])

    return table("shape | real weights | demo", rows())


def dimensions_table() -> str:
    """The numbers of both models, from their configurations; parameters counted on meta tensors."""
    import torch

    from benchmarks.published import FULL
    from ideogram4.model.autoencoder import Autoencoder
    from ideogram4.model.config import AutoencoderConfig, CheckpointInfo, TransformerConfig
    from ideogram4.model.text_encoder import text_config_from_file
    from ideogram4.model.transformer import Transformer

    demo = _demo()
    small = TransformerConfig.from_file(demo / "transformer" / "config.json")
    text = text_config_from_file(demo / "text_encoder" / "config.json")
    vae = AutoencoderConfig.from_file(demo / "vae" / "config.json")
    taps = CheckpointInfo.from_folder(demo, "demo").text_encoder_taps
    transformers, autoencoders = (FULL.transformer, small), (FULL.autoencoder, vae)
    texts = (FULL.text, {key: getattr(text, key) for key in FULL.text})

    def parameters(kind: Callable[[Any], torch.nn.Module], config: Any) -> str:
        with torch.device("meta"):
            return f"{sum(p.numel() for p in kind(config).parameters()):,}"

    def numbers(values: tuple[int, ...]) -> str:
        return ", ".join(map(str, values))

    def rows() -> Rows:
        for name, label in (
            ("num_layers", "blocks"),
            ("hidden_size", "width of a token"),
            ("num_attention_heads", "heads"),
            ("attention_head_dim", "width of a head"),
            ("intermediate_size", "width inside the feed-forward"),
            ("adaln_dim", "width of the time's vector"),
            ("in_channels", "channels of an image token"),
            ("llm_features_dim", "features of a text token"),
            ("rope_theta", "rotary base"),
        ):
            values = (getattr(config, name) for config in transformers)
            yield f"transformer: {label}", *(f"{value:,.0f}" for value in values)
        yield "rotary sections (t, h, w)", *(numbers(c.mrope_section) for c in transformers)
        counts = (parameters(Transformer, config) for config in transformers)
        yield "parameters of the conditional transformer", *counts
        for key, label in (("num_hidden_layers", "layers"), ("hidden_size", "width of a token")):
            yield f"text encoder: {label}", *(str(config[key]) for config in texts)
        yield "text encoder: taps", *(numbers(some) for some in (FULL.taps, taps))
        yield "autoencoder: widths", *(numbers(c.block_out_channels) for c in autoencoders)
        yield "autoencoder: latent channels", *(str(c.latent_channels) for c in autoencoders)
        yield "autoencoder: pixels a latent, a side", *(str(c.scale_factor) for c in autoencoders)
        yield "autoencoder: parameters", *(parameters(Autoencoder, c) for c in autoencoders)

    return table(" | Ideogram 4 | demo", rows())


def mistakes_table() -> str:
    """Common mistakes, what `ideogram4 check` says of each, and what `ideogram4 repair` does."""

    def rows() -> Rows:
        for place, written in MISTAKES:
            text = PLACES[place].replace("#", WALL).replace("$", STYLE).replace("@", written)
            # Hints are about how short the caption around the mistake is.
            found = [i for i in parse_caption(text).issues if i.severity != "hint"]
            assert found, f"check says nothing of {written}"
            said = f"{found[0].severity} `{found[0].code}`: {found[0].message}"
            done = " ".join(change.message for change in repair_caption(text).changes)
            yield f"`{written}`", said, done or "Leaves it: only you know what is meant."

    return table("written | `check` says | `repair` does", rows())


def _options(command: str) -> dict[str, argparse.Action]:
    from ideogram4.cli import build_parser

    (commands,) = (
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return {action.dest: action for action in commands.choices[command]._actions}


def _demo() -> Any:
    from ideogram4.weights import resolve_model

    return resolve_model("demo")


TABLES = {
    "presets": presets_table,
    "parameters": parameters_table,
    "limits": limits_table,
    "sizes": sizes_table,
    "dimensions": dimensions_table,
    "mistakes": mistakes_table,
}
