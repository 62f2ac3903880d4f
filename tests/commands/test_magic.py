"""Words into captions at the command line: `expand`, `generate --magic` and run_inference.py.

The services are doubles on loopback that speak the real ones' forms; pictures are the demo's.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ideogram4 import cli, parse_caption
from ideogram4.commands.product import add_arguments
from ideogram4.png import read_png_metadata
from tests.magic.pretend_services import (
    CHAT_BASE,
    CHAT_KEY,
    IDEOGRAM_KEY,
    PretendServices,
    pretend_services,
)
from tests.safety.pretend_hive import TEXT_CLASSES, TEXT_KEY, pretend_hive, reply

QUICK = ("--model", "demo", "--width", "192", "--height", "192", "--steps", "1", "--seed", "7")
MINE: dict[str, Any] = {
    "compositional_deconstruction": {
        "background": "My own garden.",
        "elements": [
            {"type": "obj", "bbox": [10, 20, 500, 600], "desc": ""},
            {"type": "text", "bbox": [700, 100, 800, 900], "text": "SUMMER", "desc": "My letters."},
        ],
    }
}

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendServices]:
    """Both services, with Ideogram's key in the environment."""
    with pretend_services() as found:
        monkeypatch.setenv("IDEOGRAM_API_BASE_URL", found.url)
        monkeypatch.setenv("IDEOGRAM_API_KEY", IDEOGRAM_KEY)
        yield found
        assert found.bad == []


@pytest.fixture
def own_model(services: PretendServices, monkeypatch: pytest.MonkeyPatch) -> PretendServices:
    """A chat endpoint as well."""
    monkeypatch.setenv("MAGIC_PROMPT_BASE_URL", services.url + CHAT_BASE)
    monkeypatch.setenv("MAGIC_PROMPT_API_KEY", CHAT_KEY)
    return services


def product(*arguments: str) -> int:
    """`python run_inference.py` in this process."""

    def build() -> cli.Parser:
        parser = cli.Parser(prog="run_inference.py", allow_abbrev=False)
        add_arguments(parser)
        return parser

    return cli.run(build, arguments)


def expand(*arguments: str) -> int:
    return cli.main(["expand", *arguments])


def magic(*arguments: str) -> int:
    return cli.main(["generate", "--magic", *arguments])


DRAWING = pytest.mark.parametrize("draw", [magic, product], ids=["generate --magic", "product"])
Draw = Callable[..., int]


class TestExpand:
    def test_an_idea_becomes_a_caption_on_stdout(
        self, services: PretendServices, capsys: Capture
    ) -> None:
        assert expand("a ginger cat with a straw hat", "--aspect-ratio", "1920x1088") == 0
        told = capsys.readouterr()
        result = parse_caption(told.out)
        assert result.ok and result.caption is not None
        assert [e.text for e in result.caption.compositional_deconstruction.elements][1] == "SUMMER"
        assert services.asked == [
            {"text_prompt": "a ginger cat with a straw hat", "aspect_ratio": "16x9"}
        ]
        assert "the words are sent to Ideogram" in told.err
        assert "Ideogram wrote a caption of 2 elements" in told.err
        assert "canary" not in told.out + told.err

    def test_it_is_written_to_a_file(self, services: PretendServices, tmp_path: Path) -> None:
        target = tmp_path / "caption.json"
        assert expand("a cat", "--output", str(target)) == 0
        assert parse_caption(target.read_text()).ok

    def test_standard_input_is_an_idea(
        self, services: PretendServices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stdin = io.TextIOWrapper(io.BytesIO("a cat at the café\n".encode()))
        monkeypatch.setattr("sys.stdin", stdin)
        assert expand("-") == 0
        assert services.asked[0]["text_prompt"] == "a cat at the café"

    def test_json_says_what_was_changed(self, services: PretendServices, capsys: Capture) -> None:
        services.write = lambda asked: "Here you are: " + json.dumps(MINE) + " Enjoy!"
        assert expand("a cat", "--json") == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["provider"] == "Ideogram" and answer["changes"]
        assert parse_caption(json.dumps(answer["caption"])).ok

    def test_only_what_is_missing_is_written(
        self, services: PretendServices, tmp_path: Path, capsys: Capture
    ) -> None:
        mine = tmp_path / "mine.json"
        mine.write_text(json.dumps(MINE))
        assert expand("--caption", str(mine)) == 0
        written = json.loads(capsys.readouterr().out)
        composition = written["compositional_deconstruction"]
        assert composition["background"] == "My own garden."
        assert composition["elements"][1] == MINE["compositional_deconstruction"]["elements"][1]
        assert composition["elements"][0]["bbox"] == [10, 20, 500, 600]
        assert written["style_description"]["medium"] == "photograph"
        assert json.loads(mine.read_text()) == MINE

    def test_texts_get_their_places(self, capsys: Capture) -> None:
        assert expand("--provider", "offline", "--text", "OPEN\nAIR", "--text", "Sunday 5 pm") == 0
        composition = json.loads(capsys.readouterr().out)["compositional_deconstruction"]
        assert [e["text"] for e in composition["elements"]] == ["OPEN\nAIR", "Sunday 5 pm"]
        first, second = (e["bbox"] for e in composition["elements"])
        assert first[2] < second[0]

    def test_one_element_is_written_anew(
        self, own_model: PretendServices, tmp_path: Path, capsys: Capture
    ) -> None:
        mine = tmp_path / "mine.json"
        mine.write_text(json.dumps(MINE))
        arguments = ("--caption", str(mine), "--element", "0", "--provider", "chat")
        assert expand("a sleepy cat", *arguments) == 0
        elements = json.loads(capsys.readouterr().out)["compositional_deconstruction"]["elements"]
        assert elements[0]["desc"].startswith("A ginger cat")
        assert elements[0]["bbox"] == [10, 20, 500, 600]
        assert elements[1] == MINE["compositional_deconstruction"]["elements"][1]
        sent = own_model.asked[0]["messages"][1]["content"]
        assert "Wish: a sleepy cat" in sent and "number 1" in sent and "My letters." in sent

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["a cat", "--provider", "chat"], "needs a key or an address"),
            (["--element", "3"], "needs a caption"),
            (["a cat", "--task", "layout"], "a layout needs texts"),
            ([" "], "the idea is empty"),
            (["a cat", "--aspect-ratio", "wide"], "is no ratio"),
            (["x" * 4001], "4001 characters"),
        ],
    )
    def test_a_wrong_use_is_told_and_nothing_is_sent(
        self, arguments: list[str], words: str, services: PretendServices, capsys: Capture
    ) -> None:
        assert expand(*arguments) == 2
        told = capsys.readouterr()
        assert words in told.err and told.out == "" and services.asked == []

    def test_a_failing_service_writes_no_file(
        self, services: PretendServices, tmp_path: Path, capsys: Capture
    ) -> None:
        services.spoil = lambda handler: handler.answer(401, b'{"error": "canary-ideogram-9d20"}')
        target = tmp_path / "caption.json"
        target.write_text("mine")
        assert expand("a cat", "--output", str(target)) == 5
        told = capsys.readouterr()
        assert "Ideogram wrote no caption: the service does not accept the key" in told.err
        assert target.read_text() == "mine" and told.out == ""
        assert "canary" not in told.err

    def test_without_any_key_it_says_that_rules_wrote(self, capsys: Capture) -> None:
        assert expand("a red circle") == 0
        told = capsys.readouterr()
        assert "Simple rules put the words into a caption" in told.err
        assert "sent to" not in told.err
        assert parse_caption(told.out).ok

    def test_a_model_that_cannot_write_says_so(self, capsys: Capture) -> None:
        assert expand("a cat", "--provider", "local", "--model", "demo") == 3
        assert "no lm_head" in capsys.readouterr().err

    def test_words_that_screening_stops_are_not_sent(
        self, services: PretendServices, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        with pretend_hive() as hive:
            hive.text = lambda text: reply(TEXT_CLASSES, hate=int("cat" in text))
            monkeypatch.setenv("HIVE_API_BASE_URL", hive.url)
            monkeypatch.setenv("HIVE_TEXT_MODERATION_KEY", TEXT_KEY)
            assert expand("a cat") == 5
        assert services.asked == []
        assert "stopped by screening" in capsys.readouterr().err


class TestDrawing:
    @DRAWING
    def test_an_idea_is_drawn_from_its_caption(
        self, draw: Draw, services: PretendServices, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.png"
        assert draw("--prompt", "a ginger cat", "--output", str(out), *QUICK) == 0
        assert services.asked == [{"text_prompt": "a ginger cat", "aspect_ratio": "1x1"}]
        caption = json.loads(str(read_png_metadata(out)["caption"]))
        assert caption["high_level_description"].startswith("A ginger cat with a straw hat")
        assert b"canary" not in out.read_bytes()

    def test_plain_words_are_drawn_and_magic_is_mentioned(
        self, services: PretendServices, tmp_path: Path, capsys: Capture
    ) -> None:
        out = tmp_path / "out.png"
        assert cli.main(["generate", "--prompt", "a cat", "--output", str(out), *QUICK]) == 0
        assert "--magic writes a caption of them first" in capsys.readouterr().err
        assert services.asked == []

    @DRAWING
    def test_a_caption_is_drawn_as_it_is(
        self, draw: Draw, services: PretendServices, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.png"
        assert draw("--prompt", json.dumps(MINE), "--output", str(out), *QUICK) == 0
        assert services.asked == []

    @DRAWING
    def test_a_failing_service_draws_nothing(
        self, draw: Draw, services: PretendServices, tmp_path: Path, capsys: Capture
    ) -> None:
        services.spoil = lambda handler: handler.answer(500, b"<html>")
        assert draw("--prompt", "a cat", "--output", str(tmp_path / "out.png"), *QUICK) == 5
        told = capsys.readouterr().err
        assert "Ideogram wrote no caption" in told and "Nothing was drawn" in told
        assert list(tmp_path.iterdir()) == []

    def test_the_product_documents_models_are_asked_for(
        self, own_model: PretendServices, tmp_path: Path
    ) -> None:
        out = ("--output", str(tmp_path / "out.png"))
        model = ("--magic-prompt-model", "claude-sonnet-v1")
        assert product("--prompt", "a cat", *out, *model, *QUICK) == 0
        assert [asked["model"] for asked in own_model.asked] == ["anthropic/claude-sonnet-4.6"]

    def test_a_key_among_the_options_is_ideograms(
        self, services: PretendServices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.delenv("IDEOGRAM_API_KEY")
        out = ("--output", str(tmp_path / "out.png"))
        assert product("--prompt", "a cat", *out, "--magic-prompt-key", IDEOGRAM_KEY, *QUICK) == 0
        assert len(services.asked) == 1

    def test_words_can_go_as_they_are(self, services: PretendServices, tmp_path: Path) -> None:
        out = tmp_path / "out.png"
        arguments = ("--prompt", "a cat", "--output", str(out), "--no-magic-prompt")
        assert product(*arguments, *QUICK) == 0
        assert services.asked == []
        assert read_png_metadata(out)["caption"] == "a cat"

    def test_without_a_key_rules_write_and_it_is_said(
        self, tmp_path: Path, capsys: Capture
    ) -> None:
        out = tmp_path / "out.png"
        words = ("--prompt", "a red circle", "--output", str(out), "--magic-prompt-key", "")
        assert product(*words, *QUICK) == 0
        assert "Simple rules put the words into a caption" in capsys.readouterr().err
        assert parse_caption(str(read_png_metadata(out)["caption"])).ok

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--prompt", "a", "--provider", "offline"], "needs --magic"),
            (["--magic", "--captions", "a.jsonl", "--output-dir", "d"], "--captions has many"),
        ],
    )
    def test_options_that_do_not_go_together(
        self, arguments: list[str], words: str, capsys: Capture
    ) -> None:
        assert cli.main(["generate", *arguments]) == 2
        assert words in capsys.readouterr().err
