"""The studio's panels from Python's side: what is served, what a value is, what an update does."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr
import pytest

from ui import components
from ui.canvas import LayerList, LayoutCanvas
from ui.editor import CaptionEditor, IssueList
from ui.gallery import FirstCaptions
from ui.inspector import Inspector
from ui.live import LiveSwitch
from ui.palette import PaletteRow

PANELS = {
    "layout-canvas": LayoutCanvas,
    "layers": LayerList,
    "inspector": Inspector,
    "palette": PaletteRow,
    "caption-editor": CaptionEditor,
    "issues": IssueList,
    "live": LiveSwitch,
    "first-captions": FirstCaptions,
}
HOSTILE = "</script><script>x()</script> ${1} {{x}} `y` price is ${5 off <img src=x onerror=x()>"


@pytest.mark.parametrize(("elem_id", "panel"), PANELS.items(), ids=lambda value: str(value))
def test_every_panel_has_its_landmark_and_files_that_exist(
    elem_id: str, panel: type[components.StudioComponent]
) -> None:
    made = panel()
    folder = components.register_static()
    assert made.elem_id == elem_id
    assert (folder / made.props["module"]).is_file()
    assert all((folder / style).is_file() for style in made.props["styles"])
    assert made.props["static_base"].endswith(f"{components.static_version()}/")


@pytest.mark.parametrize("panel", PANELS.values(), ids=lambda panel: panel.__name__)
def test_templates_are_constant_and_hold_no_code(panel: type[components.StudioComponent]) -> None:
    made = panel()
    assert made.html_template == components.TEMPLATE
    assert not re.search(r"\$\{|\{\{", made.html_template + made.css_template)


def test_presets_of_the_palette_are_optional_and_survive_an_update() -> None:
    assert PaletteRow().props["presets"] == []
    sea = {"name": "Sea", "colours": ["#006994"]}
    row = PaletteRow(presets=(sea,))
    again = PaletteRow(**{**row.constructor_args, "render": False})
    assert row.props["presets"] == again.props["presets"] == [sea]


def test_no_argument_of_a_panel_is_taken_for_an_event() -> None:
    """Gradio makes an event of any name that stands in quotes in `js_on_load`."""
    quoted = set(re.findall(r"[\"'`](\w+)[\"'`]", components.BOOT))
    assert not quoted.intersection(LayoutCanvas().props)
    with pytest.raises(AttributeError):
        _ = LayoutCanvas().backdrop


def test_only_browser_files_are_served() -> None:
    folder = components.register_static()
    served = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert served <= components.SERVED
    assert not any("node_modules" in path.parts for path in folder.rglob("*"))


def test_static_files_are_copied_once() -> None:
    assert components.register_static() is components.register_static()


def test_a_changed_file_changes_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules import each other by relative path, so the version has to be in the path."""
    monkeypatch.setattr(components, "UI", tmp_path)
    (tmp_path / "a.js").write_text("1")
    first = components.static_version()
    (tmp_path / "a.js").write_text("2")
    second = components.static_version()
    (tmp_path / "a.py").write_text("not served")
    assert first != second == components.static_version()


@pytest.mark.parametrize("text", ["", "{", HOSTILE, '{"a": "é😀"}'])
def test_the_editor_value_is_the_text_as_it_stands(
    text: str, recwarn: pytest.WarningsRecorder
) -> None:
    editor = CaptionEditor(value=text)
    assert editor.value == text
    assert editor.postprocess(text) == text
    assert editor.preprocess(text) == text
    assert not recwarn.list


def test_a_payload_that_is_no_text_is_an_empty_text() -> None:
    editor = CaptionEditor()
    assert editor.preprocess(None) == ""
    assert editor.preprocess(7) == ""  # type: ignore[arg-type]
    assert editor.postprocess(None) == ""


def test_a_page_of_all_panels_can_be_described_to_the_browser() -> None:
    with gr.Blocks() as demo:
        for panel in PANELS.values():
            panel()
    config = demo.get_config_file()
    shown = {c["props"].get("elem_id"): c for c in config["components"]}
    for elem_id in PANELS:
        assert shown[elem_id]["type"] == "html"
        assert shown[elem_id]["props"]["props"]["module"]


def test_canvas_settings_can_be_made_again_for_an_update() -> None:
    """Gradio builds a component anew from its arguments when an event updates it."""
    canvas = LayoutCanvas(width=512, height=768, backdrop="/gradio_api/file=x.png")
    again = LayoutCanvas(**{**canvas.constructor_args, "width": 1024, "render": False})
    assert again.props["width"] == 1024
    assert again.props["height"] == 768
    assert again.elem_id == "layout-canvas"


def test_panels_do_not_load_torch() -> None:
    import subprocess
    import sys

    code = (
        "import sys, ui.canvas, ui.editor, ui.inspector, ui.palette; print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "False"


def test_the_vendored_editor_carries_its_licences() -> None:
    vendor = Path(components.UI, "editor", "vendor")
    licences = (vendor / "LICENSE.codemirror.txt").read_text(encoding="utf-8")
    assert "Marijn Haverbeke" in licences
    for package in ("@codemirror/view", "@codemirror/state", "@lezer/json", "style-mod"):
        assert package in licences


def test_no_panel_asks_another_host_for_anything() -> None:
    """No CDN, no fonts, no analytics: the only addresses are names of XML vocabularies."""
    allowed = ("http://www.w3.org/",)
    for name, path in components.static_files().items():
        text = path.read_text(encoding="utf-8")
        for address in re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}/?[^\s\"'`)]*", text):
            if "vendor" not in name:
                assert address.startswith(allowed), f"{name}: {address}"


def test_no_module_writes_markup() -> None:
    """A person's words reach the page as text: our modules have no other way."""
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for name, path in components.static_files().items():
        if "vendor" not in name and path.suffix == ".js":
            assert not markup.search(path.read_text(encoding="utf-8")), name
