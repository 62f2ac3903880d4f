"""Take docs/screenshot.png: the studio with a picture made by the demo model, in one command.

    python docs/take_screenshot.py [--caption "House"] [--seed 7] [--dark] [--width 1440]

It needs Chromium and the packages of requirements-dev.txt. It is not a test: those are in
tests/browser.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ideogram4.settings import Settings  # noqa: E402
from ui import studio  # noqa: E402

PANELS = ("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues", "preview")
PATIENCE_MS = 300_000


def main() -> int:
    """Serve, draw, shoot; returns the exit code."""
    arguments = parse()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("Chromium is needed (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as pictures:
        settings = Settings(model="demo", output_dir=Path(pictures))
        demo = studio.build(settings)
        _, url, _ = demo.launch(
            **studio.looks(), server_name="127.0.0.1", prevent_thread_lock=True, quiet=True
        )
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                page = browser.new_page(
                    viewport={"width": arguments.width, "height": arguments.height},
                    color_scheme="dark" if arguments.dark else "light",
                    reduced_motion="reduce",
                )
                page.set_default_timeout(PATIENCE_MS)
                page.goto(url)
                make_picture(page, arguments)
                page.screenshot(path=arguments.output)
                browser.close()
        finally:
            demo.close(verbose=False)
    print(arguments.output)
    return 0


def make_picture(page: Page, arguments: argparse.Namespace) -> None:
    """Load a ready-made caption, draw it, and select its last element."""
    for panel in PANELS:
        page.wait_for_selector(f"#{panel}[data-ready='1']", state="attached")
    page.get_by_role("button", name="Start from…").click()
    page.get_by_role("dialog").get_by_role("button", name=arguments.caption).click()
    page.locator("#seed input").fill(str(arguments.seed))
    page.locator("#generate").click()
    page.wait_for_selector("#preview [data-phase=done]")
    page.wait_for_selector("#gallery img")
    page.locator("#layers .ig-layer-name").first.click()
    page.evaluate("window.scrollTo(0, 0)")
    page.mouse.move(0, 0)


def parse() -> argparse.Namespace:
    """The options and their defaults."""
    parser = argparse.ArgumentParser(description="Take a picture of the studio.")
    parser.add_argument("--caption", default="House", help="title of a caption of presets/captions")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=960)
    parser.add_argument("--output", default=str(ROOT / "docs" / "screenshot.png"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
