"""Take the pictures of the documentation: the studio with the demo model, in one command.

    python docs/take_screenshots.py [NAME ...]

Names are those of SHOTS; without any, all are taken. It needs Chromium and the packages of
requirements-dev.txt. It is not a test: those are in tests/browser.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ideogram4.settings import Settings  # noqa: E402
from tests.browser.chromium import MISSING, find_chromium  # noqa: E402
from ui import studio  # noqa: E402

PANELS = ("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues", "preview")
PATIENCE_MS = 300_000
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 960}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
# Colours are few on this page: a palette of its own makes a file of a third.
COLOURS = 255


def finished(page: Page) -> None:
    """A ready-made caption, drawn, and its front element selected."""
    start_from(page, "House")
    draw(page)
    page.locator("#layers .ig-layer-name").first.click()


def behind(page: Page) -> None:
    """The last picture behind the boxes."""
    start_from(page, "Geometric poster")
    draw(page)
    page.get_by_role("button", name="Backdrop", exact=True).click()
    page.get_by_role("menuitemradio", name="The last picture").click()
    page.locator("#layers .ig-layer-name").first.click()


def menu_poster(page: Page) -> None:
    """A layout for the real weights, with one element selected."""
    start_from(page, "Café menu")
    page.locator("#layers .ig-layer-name").first.click()


def errors(page: Page) -> None:
    """A caption with problems of three kinds."""
    editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(
        '{\n  "high_level_description": "A cup on a table.",\n'
        '  "compositional_deconstruction": {\n    "background": "a wall",\n    "elements": [\n'
        '      {\n        "type": "obj",\n        "bbox": [700, 200, 300, 800],\n'
        '        "desc": "a red cup",\n        "colour_palette": ["#d7263d", "scarlet"]\n      },\n'
        '      {\n        "type": "text",\n        "bbox": [80, 200, 200, 800],\n'
        '        "text": "GOOD MORNING",\n        "descr": "large letters"\n      }\n    ]\n  }\n}'
    )
    page.locator("#issues li").first.wait_for()


SHOTS: dict[str, tuple[Callable[[Page], None], dict[str, Any]]] = {
    "screenshot": (finished, DESKTOP),
    "studio-light": (behind, DESKTOP),
    "studio-dark": (menu_poster, {**DESKTOP, "color_scheme": "dark"}),
    "studio-phone": (menu_poster, PHONE),
    "studio-errors": (errors, DESKTOP),
}


def main() -> int:
    """Serve, arrange, shoot; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=", ".join(SHOTS))
    names = parser.parse_args().names or list(SHOTS)
    unknown = [name for name in names if name not in SHOTS]
    chromium = find_chromium()
    if unknown or chromium is None:
        print(f"There is no {unknown[0]}." if unknown else MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as pictures:
        demo = studio.build(Settings(model="demo", output_dir=Path(pictures)))
        _, url, _ = demo.launch(
            **studio.looks(), server_name="127.0.0.1", prevent_thread_lock=True, quiet=True
        )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            for name in names:
                arrange, window = SHOTS[name]
                page = browser.new_page(
                    **{"color_scheme": "light", **window, "reduced_motion": "reduce"}
                )
                page.set_default_timeout(PATIENCE_MS)
                page.goto(url)
                for panel in PANELS:
                    page.wait_for_selector(f"#{panel}[data-ready='1']", state="attached")
                arrange(page)
                print(shoot(page, ROOT / "docs" / f"{name}.png"))
                page.close()
            browser.close()
        demo.close(verbose=False)
    return 0


def start_from(page: Page, title: str) -> None:
    """Choose a layout; the live demo then has its turn."""
    page.get_by_role("button", name="Start from…").click()
    page.get_by_role("dialog").get_by_role("button", name=title).click()
    page.wait_for_timeout(500)


def draw(page: Page) -> None:
    """Make a picture that is kept."""
    page.locator("#seed input").fill("7")
    page.locator("#generate").click()
    page.wait_for_selector("#preview [data-phase=done]")
    page.wait_for_selector("#gallery img")


def shoot(page: Page, path: Path) -> Path:
    """A small PNG of the window as it is at rest."""
    page.evaluate("window.scrollTo(0, 0)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(2500)
    page.screenshot(path=path)
    picture = Image.open(path).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
