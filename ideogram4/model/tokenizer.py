"""The checkpoint's own tokenizer: a caption as one chat message, as token ids.

Nothing is ever cut: a caption that is too long is refused, since a cut caption draws another
picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ideogram4.errors import CorruptFileError, MissingFileError, RequestError, WeightsError
from ideogram4.model.library import transformers

MAX_TOKENS = 2048
PICTURE_TOKEN = "<|image_pad|>"
PICTURE = f"<|vision_start|>{PICTURE_TOKEN}<|vision_end|>"


class CaptionTokenizer:
    """Tokenizes captions with the chat template of the checkpoint."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    @classmethod
    def from_folder(cls, folder: Path) -> CaptionTokenizer:
        """Load `tokenizer.json`, `tokenizer_config.json` and the chat template from `folder`."""
        if not (folder / "tokenizer.json").is_file():
            raise MissingFileError(f"{folder.name}/tokenizer.json is missing from {folder.parent}")
        try:
            loader = transformers().PreTrainedTokenizerFast
            tokenizer = loader.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # the library raises bare Exception for a broken file
            raise CorruptFileError(f"the tokenizer in {folder} cannot be read: {error}") from error
        if not tokenizer.chat_template:
            raise MissingFileError(
                f"the tokenizer in {folder} has no chat template",
                hint="Expected chat_template.jinja, or chat_template in tokenizer_config.json.",
            )
        return cls(tokenizer)

    def encode(self, prompt: str) -> list[int]:
        """Token ids of one user message holding `prompt`, and the start of the answer."""
        messages = [{"role": "user", "content": [{"type": "text", "text": prompt}]}]
        text = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        # Not verbose: the library's own length warning would stand beside our refusal.
        encoded = self._tokenizer(text, add_special_tokens=False, verbose=False)
        ids: list[int] = encoded["input_ids"]
        return ids

    @property
    def library(self) -> Any:
        """The tokenizer of transformers underneath."""
        return self._tokenizer

    def encode_chat(self, system: str, user: str) -> list[int]:
        """Token ids of an instruction, a request, and the start of the answer."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        text = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return ids

    def encode_picture_chat(self, system: str, user: str) -> tuple[list[int], int]:
        """`encode_chat` with a picture before the request, and the index of its one token."""
        mark = self._tokenizer.convert_tokens_to_ids(PICTURE_TOKEN)
        ids = self.encode_chat(system, PICTURE + user)
        count = ids.count(mark)
        if mark is None or count == 0:
            raise WeightsError(
                f"this model's tokenizer has no token for a picture ({PICTURE_TOKEN})",
                hint="The tokenizer belongs to a model that only reads words.",
            )
        if count > 1:
            raise RequestError(
                f"the words hold {PICTURE_TOKEN}, which stands for the picture; leave it out"
            )
        return ids, ids.index(mark)

    def encode_checked(self, prompt: str) -> list[int]:
        """`encode`, refusing more than `MAX_TOKENS`."""
        ids = self.encode(prompt)
        check_length(len(ids))
        return ids


def check_length(tokens: int) -> None:
    """Raise RequestError for more tokens than `MAX_TOKENS`."""
    if tokens > MAX_TOKENS:
        raise RequestError(
            f"the caption is {tokens} tokens long; the model reads at most {MAX_TOKENS}",
            hint="Shorten descriptions or remove elements; nothing was cut off.",
        )
