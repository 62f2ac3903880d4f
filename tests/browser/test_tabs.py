"""The tabs that tests take turns with: nothing is left in them, and nothing gets past them."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr
import pytest

from tests.browser.tabs import Tab, Tabs

pytestmark = pytest.mark.browser

LEAVE_TRACES = """() => {
  localStorage.setItem("trace", "1");
  sessionStorage.setItem("trace", "1");
  document.cookie = "trace=1";
}"""
FIND_TRACES = """() => [
  localStorage.length, sessionStorage.length, document.cookie, typeof window.trace,
]"""
# None of these can be answered from here: two addresses for documentation, and a name.
ELSEWHERE = ["http://192.0.2.1/a", "http://[2001:db8::1]/b", "http://example.org/c"]
FETCH = "(all) => Promise.all(all.map((one) => fetch(one).then(() => one, () => null)))"


@pytest.fixture
def taken(tabs: Tabs, serve: Callable[..., str]) -> Callable[[], Tab]:
    """Take a tab and open a page in it; the same one again once it has been given back."""
    with gr.Blocks() as demo:
        gr.Markdown("A page")
    url = serve(demo)

    def opened() -> Tab:
        tab = tabs.take(viewport={"width": 333, "height": 444})
        tab.page.goto(url)
        return tab

    return opened


def test_the_next_test_finds_no_trace_of_the_last(tabs: Tabs, taken: Callable[[], Tab]) -> None:
    first = taken()
    clean = first.page.evaluate(FIND_TRACES)
    first.page.evaluate(LEAVE_TRACES)
    first.page.add_init_script("window.trace = 1")
    first.page.context.new_page()
    assert tabs.give_back(first) == []
    again = taken()
    assert again is first, "or this proves nothing"
    assert again.page.evaluate(FIND_TRACES) == clean
    assert again.page.context.pages == [again.page]
    assert tabs.give_back(again) == []


def test_what_changes_a_context_is_not_handed_on(tabs: Tabs, taken: Callable[[], Tab]) -> None:
    first = taken()
    first.page.context.grant_permissions(["geolocation"])
    tabs.give_back(first)
    again = taken()
    assert again is not first
    tabs.give_back(again)


def test_no_other_machine_is_reached_and_who_asked_is_told(
    tabs: Tabs, taken: Callable[[], Tab]
) -> None:
    tab = taken()
    assert tab.page.evaluate(FETCH, ELSEWHERE) == [None] * len(ELSEWHERE)
    assert sorted(tabs.give_back(tab)) == [
        "the page asked 192.0.2.1 for /a",
        "the page asked 2001:db8::1 for /b",
        "the page asked example.org for /c",
    ]


def test_what_goes_wrong_in_a_page_is_told_once(tabs: Tabs, taken: Callable[[], Tab]) -> None:
    tab = taken()
    tab.page.evaluate("() => console.error('oh')")
    tab.page.evaluate("() => setTimeout(() => alert('well'))")
    tab.page.evaluate("() => new Promise((done) => setTimeout(done))")
    assert tabs.give_back(tab) == ["the page logged an error: oh", "a dialog said: well"]
    assert tabs.give_back(taken()) == []
