"""What is asked, of whom, and the no that a person is told."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ideogram4.caption import Caption
from ideogram4.errors import BlockedError, RequestError, ServiceError
from ideogram4.safety import Screening, Verdict, caption_texts, screening_of
from ideogram4.settings import Settings
from tests.safety.judges import Judge

FULL = {
    "high_level_description": "a summary",
    "style_description": {
        "aesthetics": "calm",
        "lighting": "soft",
        "photo": "a lens",
        "medium": "photograph",
        "colour_palette": ["#112233"],
    },
    "compositional_deconstruction": {
        "background": "a wall",
        "elements": [
            {
                "type": "text",
                "text": "OPEN",
                "desc": "a sign",
                "bbox": [1, 2, 30, 40],
                "colour_palette": ["#445566"],
            },
            {"type": "obj", "desc": "a secret", "hidden": True},
        ],
    },
}
TEXTS = {
    "a summary",
    "calm",
    "soft",
    "a lens",
    "photograph",
    "a wall",
    "OPEN",
    "a sign",
    "a secret",
}
PICTURE = Image.new("RGB", (5, 4), (1, 2, 3))


def test_every_text_of_a_caption_is_asked_about_hidden_ones_too() -> None:
    texts = caption_texts(Caption.from_dict(FULL))
    assert set(texts) == TEXTS and len(texts) == len(TEXTS)
    drawing = json.loads(json.dumps(FULL).replace('"photo"', '"art_style"'))
    assert "a lens" in caption_texts(Caption.from_dict(drawing))


def test_a_prompt_is_asked_about_as_a_caption_or_as_it_stands() -> None:
    judge = Judge()
    screening = Screening(words=(judge,))
    screening.check_prompt(json.dumps(FULL))
    assert set(judge.texts) == TEXTS
    judge.texts.clear()
    screening.check_prompt('{"a": "no caption"')
    screening.check_prompt("plain words")
    assert judge.texts == ['{"a": "no caption"', "plain words"]


def test_a_picture_is_sent_as_it_is() -> None:
    judge = Judge()
    Screening(pictures=(judge,)).check_picture(PICTURE)
    sent = Image.open(io.BytesIO(judge.pictures[0]))
    assert sent.format == "PNG" and sent.tobytes() == PICTURE.tobytes() and not sent.text


def test_all_have_to_allow_it() -> None:
    first, second = Judge(), Judge(words=lambda text: Verdict.block("hate"))
    with pytest.raises(BlockedError, match=r"stopped by screening \(the judge\): hate"):
        Screening(words=(first, second)).check_words(["x"])
    assert first.texts == second.texts == ["x"]


def broken(_: object) -> Any:
    raise RuntimeError("canary-detail")


@pytest.mark.parametrize(
    "say",
    [
        lambda _: Verdict.unchecked("it is asleep"),
        lambda _: None,
        lambda _: True,
        broken,
    ],
    ids=["unchecked", "None", "True", "raises"],
)
def test_a_moderator_that_does_not_judge_has_not_allowed(say: Any) -> None:
    judge = Judge(words=say, picture=say)
    screening = Screening(words=(judge,), pictures=(judge,))
    for ask in (lambda: screening.check_words(["x"]), lambda: screening.check_picture(PICTURE)):
        with pytest.raises(ServiceError, match="could not be checked") as told:
            ask()
        assert not isinstance(told.value, BlockedError)
        assert "canary-detail" not in str(told.value) and "counts as blocked" in told.value.hint


def test_nobody_is_asked_when_it_is_off() -> None:
    screening = screening_of(Settings())
    screening.check_prompt("x")
    screening.check_picture(PICTURE)
    assert not screening.on and "off" in screening.describe()


def test_the_settings_say_who_is_asked(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("gun\n")
    told = {
        Settings(hive_text_key="k"): ("Words: Hive. Pictures: not checked", False),
        Settings(hive_visual_key="k"): ("Words: not checked. Pictures: Hive", False),
        Settings(hive_text_key="k", hive_visual_key="k"): ("Words: Hive. Pictures: Hive", True),
        Settings(blocked_words=words): ("Words: a word list. Pictures: not checked", False),
        Settings(blocked_words=words, hive_visual_key="k"): ("Words: a word list. Pic", True),
        Settings(blocked_words=words, hive_text_key="k"): ("Words: a word list and Hive", False),
    }
    for settings, (said, complete) in told.items():
        screening = screening_of(settings)
        assert screening.on and screening.complete is complete
        assert said in screening.describe()


def test_a_word_list_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        screening_of(Settings(blocked_words=tmp_path / "gone.txt"))
