"""The demo's tokenizer: an ordinary `tokenizer.json` in which layout and colour are cheap to read.

Every whole number 0..1000 of a box is one token, a colour `#RRGGBB` is three, the JSON between
values is a handful of fixed tokens, and words of the synthetic captions are whole. Each capital of
a word in capitals is a token, and so is each digit outside a box: they may be letters to be drawn.
Any other text falls apart into characters and bytes, so nothing is unreadable to the tokenizer,
only unknown to the model.
"""

from __future__ import annotations

import json
from pathlib import Path
from string import ascii_lowercase

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import Unigram

from ideogram4.demo.pictures.wording import words_in_use

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL = (END_OF_TEXT, START, END)
ELEMENTS_START = '","elements":['
WORD_STARTS = ('{"type":"text","text":"', '],"text":"', '","text":"')
WORD_END = '","desc":"'
ELEMENT_ENDS = ('"]}', '"]},', '"}', '"},')

# Between values: matched as they stand, longest first. The line break stands in the chat form only
# (JSON writes one inside text as two marks); with it every caption starts with three fixed tokens.
SCAFFOLD = (
    "\n",
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
# Colours in any case become `#RR~GG~BB` first, so that a byte is never taken for two letters.
BYTE = "[0-9a-fA-F]{2}"
MARKS = (rf"(?<=#{BYTE})(?={BYTE}{BYTE})", rf"(?<=#{BYTE}~{BYTE})(?={BYTE})")
# How a caption breaks before words are looked up: colours, numbers of a box (without the commas
# between them), digits, small letters, single marks.
PIECES = rf"[#~]{BYTE}|\d+(?=,\d)|(?<=\d,)\d+|\d|[a-z]+|(?!(?<=\d),(?=\d))[^\sa-z\d]"
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
    for mark in "#~":
        words += [f"{mark}{n:02X}" for n in range(256)] + [f"{mark}{n:02x}" for n in range(256)]
    words += [*words_in_use(), *EXTRA_WORDS.split()]
    words += [chr(code) for code in range(33, 127)]
    words += [f"<0x{n:02X}>" for n in range(256)]
    return ["<unk>", *dict.fromkeys(words)]


def build_tokenizer() -> Tokenizer:
    """A Unigram tokenizer whose pieces all cost the same: the fewest pieces win."""
    tokens = vocabulary()
    costs = [-12.0 if token.startswith("<0x") else -1.0 for token in tokens]
    tokenizer = Tokenizer(Unigram(list(zip(tokens, costs, strict=True)), 0, byte_fallback=True))
    # "Red" is read as "red", while "SALE" stays four capitals.
    lower = [normalizers.Replace(Regex(f"{c.upper()}(?=[a-z])"), c) for c in ascii_lowercase]
    marks = [normalizers.Replace(Regex(place), "~") for place in MARKS]
    tokenizer.normalizer = normalizers.Sequence([*marks, *lower])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(PIECES), "removed", invert=True)
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


def word_starts(tokenizer: Tokenizer) -> set[int]:
    """Ids of the tokens behind which a word to be drawn begins."""
    return {tokenizer.token_to_id(t) for t in WORD_STARTS}


def elements_start(tokenizer: Tokenizer) -> int:
    """Id of the token between the background and the list of elements."""
    return int(tokenizer.token_to_id(ELEMENTS_START))
