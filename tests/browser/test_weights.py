"""From the demo to the real weights on the page, against a hub on this machine.

The repository has the demo's files under the real model's name, so what is downloaded draws.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from ideogram4.choice import REAL
from ideogram4.settings import Settings
from tests.browser.serving import Ports, launched
from tests.browser.test_accessibility import AUDIT, AXE
from tests.browser.whole import Whole
from tests.weights.hub_parts import TOKEN, repository_of_the_demo, settle
from tests.weights.loopback_hub import COMMIT, LoopbackHub, Reply
from ui import studio
from ui.service import GenerationService
from ui.store import PictureRecord

pytestmark = pytest.mark.browser

LOADING_MS = 150_000  # the first picture imports torch, and the machine may have other work
BIG = "transformer/diffusion_pytorch_model.safetensors"


class Open:
    """A studio that has the demo, a hub, and the panel."""

    def __init__(self, page: Page, url: str, hub: LoopbackHub, service: GenerationService) -> None:
        self.hub = hub
        self.service = service
        self.whole = Whole(page, url)
        self.page = page
        self.panel = page.locator("#real-weights .ig-weights")
        self.summary = self.panel.locator("summary")
        self.progress = self.panel.get_by_role("progressbar")

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def step(self, name: str) -> Locator:
        return self.panel.locator(".ig-weights-step", has_text=name)

    def newest(self) -> PictureRecord:
        store = self.service.store
        return store.get(store.ids()[0]).record

    def reload(self) -> None:
        self.page.reload()
        self.whole.is_ready()


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REAL, repository_of_the_demo()).running() as running:
        running.gate = {TOKEN: "accepted"}
        yield running


@pytest.fixture
def launch(
    hub: LoopbackHub, ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[str, GenerationService]]]:
    """Open a studio with the demo; its address."""
    settle(monkeypatch, hub, tmp_path / "hf", None)
    monkeypatch.setattr("ui.weights.answers.has_card", lambda: True)
    with launched(ports) as serve:

        def launch(*, alone: bool, token: str | None) -> tuple[str, GenerationService]:
            settings = Settings(
                model="demo",
                output_dir=tmp_path / "pictures",
                hf_endpoint=hub.endpoint,
                hf_token=token,
            )
            service = GenerationService(settings)
            return serve(studio.build(settings, service, alone=alone), **studio.looks()), service

        yield launch
        hub.slow = ""


@pytest.fixture
def opened(
    launch: Callable[..., tuple[str, GenerationService]], hub: LoopbackHub, page: Page
) -> Callable[..., Open]:
    """The page of a studio that only this machine can open (or, `alone` false, anybody)."""

    def opened(*, alone: bool = True, token: str | None = TOKEN) -> Open:
        url, service = launch(alone=alone, token=token)
        return Open(page, url, hub, service)

    return opened


def test_a_quiet_line_that_asks_nobody_until_it_is_opened(opened: Callable[..., Open]) -> None:
    studio = opened()
    expect(studio.summary).to_contain_text("three steps, when you want more than the demo")
    expect(studio.panel.locator("details")).not_to_have_attribute("open", "")
    assert studio.hub.requests == []


def test_on_a_page_that_others_can_open_it_is_not_there(opened: Callable[..., Open]) -> None:
    studio = opened(alone=False)
    expect(studio.panel).to_have_count(0)


def test_from_the_demo_to_a_picture_with_the_real_weights(opened: Callable[..., Open]) -> None:
    studio = opened()
    studio.summary.click()
    expect(studio.step("Accept the licence")).to_have_class("ig-weights-step is-done")
    expect(studio.step("Log in")).to_have_class("ig-weights-step is-done")
    step = studio.step("Download")
    expect(step).to_contain_text("32 MB in 12 files, to ")
    expect(step).to_contain_text("are free")
    assert studio.hub.downloads() == []
    studio.button("Download").click()
    expect(studio.summary).to_contain_text("They are on this computer")
    studio.button("Use it now").click()
    expect(studio.page.locator("#weights")).to_contain_text(REAL)
    expect(studio.page.locator("#preview[data-ready='1']")).to_be_attached()
    expect(studio.page.locator("#live")).to_have_count(0)
    expect(studio.summary).to_contain_text("They are in use")
    studio.page.get_by_role("button", name="About these weights").click()
    expect(studio.page.locator("#about-words")).to_contain_text("Ideogram 4 Non-Commercial")
    studio.page.locator("#generate").click()
    expect(studio.whole.preview).to_have_attribute("data-phase", "done", timeout=LOADING_MS)
    assert studio.newest().weights == REAL and studio.newest().commit == COMMIT
    studio.summary.click()
    studio.button("Back to the demo").click()
    expect(studio.page.locator("#weights")).to_contain_text("Demo weights in use")
    studio.whole.is_ready()
    studio.whole.generate()
    assert studio.newest().weights == "demo" and studio.newest().commit == ""


@pytest.mark.parametrize(
    ("state", "licence", "login", "words"),
    [
        ("licence", "missing", "done", "has not been accepted with this login"),
        ("pending", "waiting", "done", "have yet to let this account in"),
        ("scope", "unknown", "refused", "may not read gated models"),
    ],
)
def test_the_missing_step_is_marked_and_checked_again(
    state: str, licence: str, login: str, words: str, opened: Callable[..., Open]
) -> None:
    studio = opened()
    studio.hub.gate = {TOKEN: state}
    studio.summary.click()
    expect(studio.step("Accept the licence")).to_have_class(f"ig-weights-step is-{licence}")
    expect(studio.step("Log in")).to_have_class(f"ig-weights-step is-{login}")
    expect(studio.panel).to_contain_text(words)
    page = studio.step("Accept the licence").get_by_role("link")
    expect(page).to_have_attribute("href", f"https://huggingface.co/{REAL}")
    expect(studio.button("Download")).to_have_count(0)
    studio.hub.gate = {TOKEN: "accepted"}
    studio.button("Check again").click()
    expect(studio.button("Download")).to_be_enabled()


def test_a_login_in_a_terminal_is_found_without_a_restart(
    opened: Callable[..., Open], tmp_path: Path
) -> None:
    studio = opened(token=None)
    studio.summary.click()
    expect(studio.step("Log in")).to_have_class("ig-weights-step is-missing")
    expect(studio.step("Log in")).to_contain_text("hf auth login")
    expect(studio.panel.get_by_role("textbox")).to_have_count(0)
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text(TOKEN)  # what `hf auth login` does
    studio.button("Check again").click()
    expect(studio.button("Download")).to_be_enabled()
    assert TOKEN not in studio.page.content()


def test_a_download_outlives_its_page_and_is_one_however_often_it_is_asked_for(
    opened: Callable[..., Open],
) -> None:
    studio = opened()
    studio.hub.slow = BIG
    studio.summary.click()
    studio.button("Download").dblclick()
    expect(studio.progress).to_be_visible()
    studio.reload()
    expect(studio.summary).to_contain_text("Downloading: ")
    studio.summary.click()
    expect(studio.progress).to_be_visible()
    expect(studio.panel).to_contain_text(" of 32 MB")
    studio.hub.slow = ""
    expect(studio.summary).to_contain_text("They are on this computer")
    expect(studio.button("Use it now")).to_be_enabled()
    assert studio.hub.downloads().count(BIG) == 1


def test_cancel_keeps_what_has_come_and_it_goes_on_from_there(opened: Callable[..., Open]) -> None:
    studio = opened()
    studio.hub.slow = BIG
    studio.hub.pace.release(60)
    studio.summary.click()
    studio.button("Download").click()
    expect(studio.panel).to_contain_text("4 MB of 32 MB")
    studio.button("Cancel").click()
    studio.hub.pace.release(10)
    expect(studio.summary).to_contain_text("Stopped; what has arrived is kept")
    expect(studio.panel).to_contain_text("of 32 MB, the rest is here")
    studio.hub.slow = ""
    studio.button("Go on with the download").click()
    expect(studio.button("Use it now")).to_be_enabled()
    first, *later = studio.hub.ranges(BIG)
    assert first is None and later and None not in later


def test_a_cut_is_told_in_words_and_goes_on(
    opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ideogram4.weights.transfer.PAUSE", 0)
    studio = opened()
    studio.hub.cuts[BIG] = [1_000_000] + [0] * 10
    studio.summary.click()
    studio.button("Download").click()
    expect(studio.panel).to_contain_text(f"The download of {BIG} of {REAL} broke off")
    studio.hub.cuts.clear()
    studio.button("Go on with the download").click()
    expect(studio.button("Use it now")).to_be_enabled()
    assert studio.hub.ranges(BIG)[-1] == "bytes=1000000-"


def test_no_room_and_no_card_are_told_before_the_download(
    opened: Callable[..., Open], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    studio = opened()
    usage = shutil.disk_usage(tmp_path)._replace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr("ui.weights.answers.has_card", lambda: False)
    studio.summary.click()
    expect(studio.step("Download")).to_contain_text("5 MB are free. That is too little")
    expect(studio.panel).to_contain_text("no NVIDIA card")
    expect(studio.button("Download")).to_have_count(0)


def test_a_hub_in_trouble_is_told_and_asked_again(opened: Callable[..., Open]) -> None:
    studio = opened()
    studio.hub.faults["*"] = Reply(503)
    studio.summary.click()
    expect(studio.panel.get_by_role("alert")).to_contain_text("The hub is having trouble")
    studio.hub.faults.clear()
    studio.button("Check again").click()
    expect(studio.button("Download")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_audit_of_the_open_panel_finds_nothing_serious(
    scheme: Literal["light", "dark"], opened: Callable[..., Open]
) -> None:
    studio = opened()
    studio.page.emulate_media(color_scheme=scheme)
    studio.hub.gate = {TOKEN: "licence"}
    studio.summary.click()
    expect(studio.panel).to_contain_text("has not been accepted")
    studio.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = studio.page.evaluate(AUDIT)
    assert [issue for issue in found if issue["impact"] in ("serious", "critical")] == []
