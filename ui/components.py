"""What every panel of the studio is made of: a `gr.HTML` subclass that boots one ES module.

How to use the panels (each is a view of the one caption the page holds):

    from ui.canvas import LayerList, LayoutCanvas
    from ui.editor import CaptionEditor, IssueList
    from ui.inspector import Inspector
    from ui.palette import PaletteRow

    with gr.Blocks() as demo:
        canvas = LayoutCanvas(width=1024, height=1024, backdrop="")   # elem_id layout-canvas
        layers = LayerList()                                          # elem_id layers
        inspector = Inspector()                                       # elem_id inspector
        palette = PaletteRow(presets=[{"name": "Sea", "colours": ["#006994"]}])  # elem_id palette
        editor = CaptionEditor(value=caption_text)                    # elem_id caption-editor
        issues = IssueList()                                          # elem_id issues

- **`CaptionEditor`'s value** is the caption's text, a `str`, exactly as typed (it may be broken
  JSON while a person types). The other panels share the document inside the page and hold none of
  it. A page needs one `CaptionEditor` for checks; the rest is optional.
- **Python to page.** Returning a string to the editor loads it as a new document that the person
  can undo. `gr.update(width=..., height=...)` or `LayoutCanvas(width=..., height=...)` changes the
  page's ratio; boxes re-flow, or stay with `fit="keep"`. `gr.update(backdrop=url)` puts a
  picture behind the boxes (a path on this server such as `/gradio_api/file=...`, or a `data:image/`
  URL); `""` removes it (`None` changes nothing, which is Gradio's rule).
- **Page to Python.** `editor.input(...)` fires shortly after a person's edit in *any* panel,
  `editor.change(...)` on every change of the text. Both with the text as input, never mid-drag.
- `editor.input` wants `trigger_mode="always_last"` (Gradio's default there drops an edit that comes
  while the last one is being handled). Events that output to a panel want
  `show_progress="hidden"`; all want `api_visibility="private"`.
- Panels serve their own files: `register_static()` runs when the first panel is made.
- Tests wait for `#<elem_id>[data-ready="1"]`.

A new panel: subclass `StudioComponent`, set `module` (a path below `ui/`, exporting
`mount({element, trigger, props, server, upload, watch, base})`) and `styles`; pass what the
module needs as keyword arguments of `__init__` and on to `super().__init__(**props)`.

What it is not: a template engine. The template is one constant line, because Gradio runs templates
as code; a person's words reach the page through `textContent` and `value` only.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import gradio as gr

UI = Path(__file__).resolve().parent
SERVED = frozenset({".js", ".css", ".svg"})
BUILD_ONLY = frozenset({"build", "node_modules", "__pycache__"})

TEMPLATE = '<div class="ig-root"></div>'

# No name of a constructor argument may stand in quotes here: Gradio would take it for an event.
BOOT = """
const root = ((window.gradio_config || {}).root || "").replace(/\\/$/, "");
const base = root + props.static_base;
import(base + "document/boot.js")
  .then((m) => m.boot({ element, trigger, props, server, upload, watch, base }))
  .catch((error) => {
    console.error(error);
    element.textContent = "This part of the page did not load. Please reload the page.";
  });
"""


class StudioComponent(gr.HTML):
    """A panel: constant template, one ES module, no value unless a subclass has one."""

    module: ClassVar[str] = ""
    styles: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        value: Any = None,
        *,
        elem_id: str | None = None,
        elem_classes: list[str] | str | None = None,
        visible: bool | Literal["hidden"] = True,
        scale: int | None = None,
        min_width: int | None = None,
        render: bool = True,
        key: int | str | None = None,
        server_functions: list[Callable[..., Any]] | None = None,
        **props: Any,
    ) -> None:
        own = [elem_classes] if isinstance(elem_classes, str) else list(elem_classes or [])
        super().__init__(
            value,
            html_template=TEMPLATE,
            js_on_load=BOOT,
            apply_default_css=False,
            container=False,
            padding=False,
            elem_id=elem_id,
            elem_classes=[*(name for name in own if name != "ig-panel"), "ig-panel"],
            visible=visible,
            scale=scale,
            min_width=min_width,
            render=render,
            key=key,
            server_functions=server_functions,
            **{
                **props,
                "static_base": static_base(),
                "module": self.module,
                "styles": ["document/tokens.css", *self.styles],
            },
        )

    def get_block_name(self) -> str:
        """The page draws every panel with Gradio's own HTML component."""
        return "html"


def static_files() -> dict[str, Path]:
    """The files the browser may have, by their path below `ui/`: scripts, styles and pictures."""
    found = sorted(path for path in UI.rglob("*") if path.suffix in SERVED and path.is_file())
    return {
        path.relative_to(UI).as_posix(): path
        for path in found
        if not BUILD_ONLY.intersection(path.relative_to(UI).parts)
    }


def static_version() -> str:
    """A short hash of every served file: it changes when any of them does."""
    digest = hashlib.sha256()
    for name, path in static_files().items():
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@lru_cache(maxsize=1)
def register_static() -> Path:
    """Copy the served files to a folder named by their hash and let Gradio serve that folder.

    The hash is in the path, not in a query: modules import each other by relative path, so a
    query would version the first file only, and browsers cache the rest by guess. The copy also
    keeps Python sources off the network. The folder goes when the process does.
    """
    home = Path(tempfile.mkdtemp(prefix="ideogram4-studio-")).resolve()
    atexit.register(_remove, home, os.getpid())
    folder = home / static_version()
    for name, path in static_files().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    gr.set_static_paths([folder])
    return folder


def static_base() -> str:
    """The address of the served folder, below the application's root, with a closing slash."""
    return f"/gradio_api/file={register_static().as_posix()}/"


def _remove(folder: Path, owner: int) -> None:
    """Clean up at exit, but not from a forked worker."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
