"""Which request is taken for one of another site's page."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from ui.doors import is_foreign, names_an_address

OWN = [
    ({"host": "127.0.0.1:7860"}, "a program"),
    ({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860"}, "the page"),
    ({"host": "LocalHost:7860", "origin": "http://localhost:7860"}, "case does not matter"),
    ({"host": "[::1]:7860", "origin": "http://[::1]:7860"}, "IPv6"),
    ({"host": "me-studio.hf.space", "origin": "https://me-studio.hf.space"}, "a Space"),
    ({"host": "studio.example:443", "origin": "https://studio.example"}, "the usual port"),
    (
        {"host": "10.0.0.7", "sec-fetch-site": "same-origin", "origin": "https://a.example"},
        "behind a proxy",
    ),
    ({"host": "a", "sec-fetch-site": "same-origin"}, "a browser that names no origin"),
    ({"host": "a", "sec-fetch-site": "none"}, "typed by a person"),
]
FOREIGN = [
    ({"host": "127.0.0.1:7860", "origin": "null"}, "a sandboxed frame or a file"),
    ({"host": "127.0.0.1:7860", "origin": "http://evil.example"}, "another site"),
    ({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:9000"}, "another port"),
    ({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1"}, "the usual port, which is another"),
    ({"host": "me-studio.hf.space", "origin": "https://huggingface.co"}, "the page around a Space"),
    (
        {"host": "me.hf.space", "origin": "https://me.hf.space.evil.example"},
        "a name that begins so",
    ),
    ({"host": "a", "origin": "https://a:99999"}, "no port"),
    ({"host": "a", "origin": "file://a"}, "no site"),
    ({"host": "a", "origin": ""}, "nothing"),
    ({"host": "a", "sec-fetch-site": "same-origin", "origin": "null"}, "null in any case"),
    (
        {"host": "a", "x-forwarded-host": "evil.example", "origin": "http://evil.example"},
        "a header that a page may set",
    ),
    ({"origin": "http://"}, "no host at all"),
    ({"host": "a", "sec-fetch-site": "cross-site"}, "another site that names no origin"),
    ({"host": "a", "sec-fetch-site": "same-site"}, "a neighbour"),
]


@pytest.mark.parametrize(
    ("headers", "who"), OWN, ids=lambda value: value if type(value) is str else ""
)
def test_our_own_page_and_programs_are_let_in(headers: dict[str, str], who: str) -> None:
    assert not is_foreign("POST", Headers(headers)), who


@pytest.mark.parametrize(
    ("headers", "who"), FOREIGN, ids=lambda value: value if type(value) is str else ""
)
def test_pages_of_others_are_not(headers: dict[str, str], who: str) -> None:
    """Reliability 28."""
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert is_foreign(method, Headers(headers)), who
    assert not is_foreign("GET", Headers(headers)), "a link to the studio still opens it"


def test_a_file_elsewhere_is_found_wherever_it_is_put() -> None:
    """Reliability 28: no URL from a person is ever fetched."""
    far = {"path": "HTTP://evil.example/x.png", "meta": {"_type": "gradio.FileData"}}
    near = {"path": "/tmp/gradio/x.png", "url": "http://127.0.0.1/x.png"}
    assert names_an_address([1, {"a": [near, {"b": far}]}])
    assert not names_an_address([near, "http://evil.example", {"desc": "https://"}, None])
