"""`/expand` over HTTP, as Gradio's own client and as anybody calls it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from ideogram4.caption import parse_caption
from ideogram4.errors import ServiceError
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from tests.ui.writing import Author, caption, obj, text
from ui import studio
from ui.service import GenerationService
from ui.service.expansions import MOST_AT_ONCE

CANARY = "canary-key-4711"
ANSWER = caption(obj("a cat", 100, 100, 900, 900))


class Served:
    """A studio whose captions `author` writes, or the real providers where it is None."""

    def __init__(self, folder: Path) -> None:
        self.author: Author | None = None
        settings = Settings(model="demo", output_dir=folder)
        loader = PretendLoader(PretendPipeline())
        self.service = GenerationService(settings, loader=loader, choose=self.choose)
        self.demo = studio.build(settings, self.service)
        _, self.url, _ = self.demo.launch(
            server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, ssr_mode=False
        )

    def choose(self, *given: Any, **named: Any) -> Any:
        from ideogram4.magic import choose_provider

        return choose_provider(*given, **named) if self.author is None else self.author

    def client(self) -> Client:
        return Client(self.url, verbose=False, download_files=False, analytics_enabled=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("pictures"))
    yield served
    served.demo.close(verbose=False)


@pytest.fixture
def served(running: Served) -> Iterator[Served]:
    yield running
    running.author = None


def test_an_idea_becomes_a_caption(served: Served) -> None:
    told = served.client().predict('a jazz poster, "BLUE NOTE" in gold', api_name="/expand")
    assert list(told) == ["caption", "provider", "changes", "issues", "aspect_ratio"]
    assert told["provider"] == "simple rules" and told["aspect_ratio"] is None
    assert parse_caption(json.dumps(told["caption"])).ok
    assert "BLUE NOTE" in json.dumps(told["caption"])
    # With the client as everybody makes it, too: it fetches whatever looks like a file.
    everybody = Client(served.url, verbose=False, analytics_enabled=False)
    assert everybody.predict("a cat", api_name="/expand")["provider"] == "simple rules"


def test_every_argument_arrives(served: Served) -> None:
    served.author = Author({"aspect_ratio": "16:9", **ANSWER})
    mine = json.dumps(caption(obj("my cat", 0, 0, 500, 500), text("SALE", 600, 0, 700, 900)))
    client = served.client()
    told = client.predict(
        "a cat", mine, "expand", None, None, 1920, 1088, "chat", True, True, api_name="/expand"
    )
    assert told["aspect_ratio"] == "16:9" and told["provider"] == "the author"
    assert [0, 0, 500, 500] in [
        element.get("bbox")
        for element in told["caption"]["compositional_deconstruction"]["elements"]
    ]
    asked = served.author.asked[-1]
    assert (asked.idea, asked.task, asked.size, asked.boxes) == (
        *("a cat", "expand", (1920, 1088), True),
    )
    client.predict("older", mine, "element", 0, api_name="/expand")
    assert served.author.asked[-1].element == 0
    client.predict("", "", "layout", texts=["A", "B"], boxes=False, api_name="/expand")
    assert served.author.asked[-1].texts == ("A", "B") and not served.author.asked[-1].boxes


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"idea": " "}, "the idea is empty"),
        ({"idea": "x" * 4001}, "4,000 is the most"),
        ({"idea": "a", "provider": "ideogram"}, "needs a key"),
        ({"idea": "a", "provider": "local"}, "cannot write"),
        ({"idea": "a", "task": "poem"}, "choose from expand"),
        (
            {"idea": "a", "task": "element", "caption": json.dumps(ANSWER), "element": 3},
            "element 3",
        ),
        ({"idea": "a", "width": 10**12, "height": 2}, "is none"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    served: Served, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(AppError, match=words):
        served.client().predict(**asked, api_name="/expand")


def test_a_service_that_fails_is_told_in_our_words(served: Served) -> None:
    served.author = Author(ServiceError("the author wrote no caption: no ink"))
    with pytest.raises(AppError, match="no ink"):
        served.client().predict("a cat", api_name="/expand")
    served.author.answer = RuntimeError(CANARY)
    with pytest.raises(AppError) as failure:
        served.client().predict("a cat", api_name="/expand")
    assert CANARY not in str(failure.value)


def test_programs_together_have_so_many_at_a_time(served: Served) -> None:
    """An open studio is no way to spend its owner's key without bounds."""
    held = threading.Event()
    served.author = Author(ANSWER, held)
    jobs = []
    for n in range(MOST_AT_ONCE):
        served.author.began.clear()
        jobs.append(served.client().submit(f"cat {n}", api_name="/expand"))
        assert served.author.began.wait(30)
    with pytest.raises(AppError, match="busy"):
        served.client().predict("one more", api_name="/expand")
    held.set()
    assert [job.result(timeout=30)["provider"] for job in jobs] == ["the author"] * MOST_AT_ONCE
    assert len(served.author.asked) == MOST_AT_ONCE


def test_one_program_has_one_at_a_time(served: Served) -> None:
    held = threading.Event()
    served.author = Author(ANSWER, held)
    client = served.client()
    first = client.submit("a cat", api_name="/expand")
    assert served.author.began.wait(30)
    with pytest.raises(AppError, match="already"):
        client.predict("another cat", api_name="/expand")
    held.set()
    assert first.result(timeout=30)["provider"] == "the author"


def test_issues_of_a_caption_do_not_look_like_files(served: Served) -> None:
    """Gradio's client fetches any object with a text `path`, and failed on every caption with an
    issue."""
    client = Client(served.url, verbose=False, analytics_enabled=False)
    bad = {"compositional_deconstruction": {"background": "x", "elements": [{"type": "obj"}]}}
    told = client.predict(json.dumps(bad), api_name="/check")
    issue = next(one for one in told["issues"] if one["severity"] == "error")
    assert issue["pointer"] == "/compositional_deconstruction/elements/0"
    assert issue["path"] == ["compositional_deconstruction", "elements", 0]
    assert client.predict("{", api_name="/check")["issues"][0]["path"] == []


def test_anybody_may_call_it_without_gradios_client(served: Served) -> None:
    begun = httpx.post(f"{served.url}gradio_api/call/expand", json={"data": ["a cat"]}, timeout=30)
    stream = httpx.get(
        f"{served.url}gradio_api/call/expand/{begun.json()['event_id']}", timeout=30
    ).text
    last = [line for line in stream.splitlines() if line.startswith("data: ")][-1]
    assert json.loads(last[6:])[0]["provider"] == "simple rules"
