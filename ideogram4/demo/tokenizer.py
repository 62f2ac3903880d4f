"""The demo's tokenizer: an ordinary `tokenizer.json` in which layout and colour are cheap to read.

Every whole number 0..1000 is one token, a colour `#RRGGBB` is three, the JSON between values is a
handful of fixed tokens, and words of the synthetic captions are whole. Any other text falls apart
into characters and bytes, so nothing is unreadable to the tokenizer, only unknown to the model.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import Unigram

from ideogram4.demo import scenes
from ideogram4.demo.colours import NAMED

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL = (END_OF_TEXT, START, END)
ELEMENT_ENDS = ('"]}', '"]},', '"}', '"},')

# Between values: matched as they stand, longest first.
SCAFFOLD = (
    '{"high_level_description":"',
    '{"style_description":{',
    '","style_description":{',
    '"aesthetics":"',
    '","lighting":"',
    '","medium":"',
    '","art_style":"',
    '","photo":"',
    '","color_palette":["',
    '"color_palette":["',
    '{"compositional_deconstruction":{"background":"',
    '"]},"compositional_deconstruction":{"background":"',
    '"},"compositional_deconstruction":{"background":"',
    '","compositional_deconstruction":{"background":"',
    '","elements":[',
    '{"type":"obj","bbox":[',
    '{"type":"text","bbox":[',
    '{"type":"obj","desc":"',
    '{"type":"text","text":"',
    '],"text":"',
    '],"desc":"',
    '","desc":"',
    '","text":"',
    '","',
    '"]},',
    '"]}',
    '"},',
    '"}',
    "]}}",
)
EXTRA_WORDS = (
    "user assistant photograph photo graphic design illustration vector poster picture simple flat "
    "heart moon sun house tree mountain line stripe panel shape bar label button logo icon title "
    "headline center left right top bottom middle corner behind front small large big tiny huge "
    "the of on in at with and to from bright dark light pale deep warm cool colour color painting "
    "3d render soft even none minimal clean bold geometric modern gradient sky sea white"
)
# How a caption breaks before words are looked up: colours, digits, letters, single marks.
PIECES = (
    r"#[0-9a-f]{2}(?=[0-9a-f]{4})|(?<=#[0-9a-f]{2})[0-9a-f]{2}(?=[0-9a-f]{2})"
    r"|(?<=#[0-9a-f]{4})[0-9a-f]{2}|\d+|[a-z]+|[^\sa-z\d]"
)
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|im_start|>' + message.role + '\\n' -}}"
    "{%- if message.content is string -%}{{- message.content -}}"
    "{%- else -%}{%- for part in message.content -%}"
    "{%- if part.text is defined -%}{{- part.text -}}{%- endif -%}"
    "{%- endfor -%}{%- endif -%}"
    "{{- '<|im_end|>\\n' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)


def vocabulary() -> list[str]:
    """All tokens in order of their ids, scaffold and special ones excepted."""
    words: list[str] = [str(n) for n in range(1001)]
    words += [f"#{n:02x}" for n in range(256)] + [f"{n:02x}" for n in range(256)]
    text = " ".join((*scenes.SHAPES, *NAMED, *(w for s in scenes.SYNONYMS.values() for w in s)))
    words += re.findall("[a-z]+", f"{text} {EXTRA_WORDS}".lower())
    words += _words_of_captions()
    words += [chr(code) for code in range(33, 127)]
    words += [f"<0x{n:02X}>" for n in range(256)]
    return ["<unk>", *dict.fromkeys(words)]


def build_tokenizer() -> Tokenizer:
    """A Unigram tokenizer whose pieces all cost the same: the fewest pieces win."""
    tokens = vocabulary()
    costs = [-12.0 if token.startswith("<0x") else -1.0 for token in tokens]
    tokenizer = Tokenizer(Unigram(list(zip(tokens, costs, strict=True)), 0, byte_fallback=True))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"(?<=\d),(?=\d)"), "removed"),
            pre_tokenizers.Split(Regex(PIECES), "removed", invert=True),
        ]
    )
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in SCAFFOLD])
    return tokenizer


def save_tokenizer(folder: Path) -> None:
    """Write `tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    build_tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE + "\n", encoding="utf-8")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": END_OF_TEXT,
        "eos_token": END,
        "unk_token": "<unk>",
        "model_max_length": 2048,
        "clean_up_tokenization_spaces": False,
    }
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def chat_text(caption: str) -> str:
    """The caption as one user message, as the chat template writes it."""
    return f"{START}user\n{caption}{END}\n{START}assistant\n"


def element_ends(tokenizer: Tokenizer) -> set[int]:
    """Ids of the tokens that close an element (or a palette at the end of one)."""
    return {tokenizer.token_to_id(t) for t in ELEMENT_ENDS}


def _words_of_captions() -> list[str]:
    """Words that synthetic captions use, found by writing a few thousand of them."""
    import random

    rng, mix = random.Random(0), scenes.SceneMix(text=0.0)
    found: dict[str, None] = {}
    for _ in range(1500):
        caption = scenes.caption_of(scenes.make_scene(rng, mix), rng, mix).lower()
        caption = re.sub("#[0-9a-f]{6}", " ", caption)
        found.update(dict.fromkeys(re.findall("[a-z]+", caption)))
    return list(found)
