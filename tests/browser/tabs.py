"""Tabs that are used again: opening a page takes longer than most tests, most of it the first time.

A tab that comes back is emptied: other pages closed, keys and buttons up, cookies and storage of
its sites cleared. What it keeps is what the browser keeps of files it has seen. A tab to which a
test has done what cannot be undone (see `LASTING`) is closed, and its context with it where that
is what was changed. What it is not: shared between tests at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
)

# Generous, so that a busy machine does not fail a test; nothing waits this long when all is well.
PATIENCE_MS = 45_000
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
HELD = ("Shift", "Control", "Alt", "Meta")
LASTING = {
    Page: (
        *("add_init_script", "add_locator_handler", "emulate_media", "expose_binding"),
        *("expose_function", "on", "once", "route", "route_web_socket", "set_extra_http_headers"),
        "set_viewport_size",
    ),
    BrowserContext: (
        *("add_init_script", "expose_binding", "expose_function", "grant_permissions", "on"),
        *("once", "route", "route_web_socket", "set_extra_http_headers", "set_geolocation"),
        "set_offline",
    ),
}


class Tab:
    """One tab in a context of its own, and what went wrong in it since it was taken."""

    def __init__(self, browser: Browser, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.problems: list[str] = []
        self.worn: set[object] = set()
        self._sites: set[str] = set()
        self._context = browser.new_context(**settings)
        self._context.on("request", self._note_request)
        self._watch_for_lasting(self._context)
        self.page = self._open()

    def _open(self) -> Page:
        self.page = page = self._context.new_page()
        self._cdp: CDPSession = self._context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.problems.append(f"the page threw: {error}"))
        page.on("console", self._note_error)
        page.on("dialog", self._note_dialog)
        self._watch_for_lasting(page)
        page.set_default_timeout(PATIENCE_MS)
        return page

    def leave(self) -> list[str]:
        """Empty the tab for the next test; what went wrong until now, and not while leaving."""
        for other in self._context.pages:
            if other != self.page:
                other.close()
        if not self.page.is_closed() and self.page.url.startswith("http"):
            self.page.evaluate("sessionStorage.clear()")  # also waits for what the page has to say
        problems, self.problems = self.problems, []
        if self.page.is_closed() or self.page in self.worn:
            self.page.close()
            self.page = self._open()
        self._let_go()
        self.page.goto("about:blank")
        self._context.clear_cookies()
        for site in self._sites:
            self._cdp.send(
                "Storage.clearDataForOrigin",
                {"origin": site, "storageTypes": "local_storage,indexeddb,cache_storage"},
            )
        self._sites.clear()
        self.problems.clear()
        self.page.set_default_timeout(PATIENCE_MS)
        return problems

    def _let_go(self) -> None:
        """Nothing held down, and the pointer where nothing is."""
        for key in HELD:
            self.page.keyboard.up(key)
        self.page.mouse.up()
        self.page.mouse.move(0, 0)

    @property
    def is_worn_out(self) -> bool:
        return self._context in self.worn

    def close(self) -> None:
        self._context.close()

    def _watch_for_lasting(self, target: Page | BrowserContext) -> None:
        """Note it when a test does to `target` what would show in the next one."""
        for name in LASTING[type(target)]:
            setattr(target, name, self._wearing(target, getattr(target, name)))

    def _wearing(self, target: object, act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*arguments: Any, **options: Any) -> Any:
            self.worn.add(target)
            return act(*arguments, **options)

        return acted

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"data", "blob"}:
            return
        if address.hostname in LOOPBACK:
            self._sites.add(f"{address.scheme}://{address.netloc}")
        else:
            self.problems.append(f"the page asked {address.hostname} for {address.path}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"a dialog said: {dialog.message}")
        dialog.dismiss()

    def _note_error(self, message: ConsoleMessage) -> None:
        # A refused or missing resource is the business of the test that provokes it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"the page logged an error: {message.text}")


class Tabs:
    """The tabs of one browser, by their settings (`viewport`, `color_scheme`, `has_touch`, ...)."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Tab] = []

    def take(self, **settings: Any) -> Tab:
        wanted = {**DESKTOP, **settings}
        for tab in self._free:
            if tab.settings == wanted:
                self._free.remove(tab)
                return tab
        return Tab(self._browser, wanted)

    def give_back(self, tab: Tab) -> list[str]:
        """What went wrong in the tab while it was taken."""
        problems = tab.leave()
        if tab.is_worn_out:
            tab.close()
        else:
            self._free.append(tab)
        return problems
