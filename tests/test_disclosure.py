"""What pictures disclose: read by any XML parser, in every saved picture, and shown in no page."""

from __future__ import annotations

import ast
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ideogram4 import __version__
from ideogram4.cli import main
from ideogram4.disclosure import ASSEMBLED, DRAWN, NO_XML, XMP, disclosure
from ideogram4.errors import RequestError
from ideogram4.model.config import FULL_MODEL_LICENCE
from ideogram4.png import png_texts, read_png_metadata, save_png
from ideogram4.safety import Screening
from tests.test_architecture import SOURCES, module_name
from tests.ui.store.parts import RECORD, caption, keep, picture, png, text
from tests.ui.test_about import DEMO, REAL
from ui import about
from ui.api import file_of
from ui.gallery.api import GalleryApi
from ui.sheet.picture import save_sheet
from ui.store import PictureStore, read_dropped

CAPTIONS = Path(__file__).resolve().parents[1] / "presets" / "captions"
HOSTILE = "</rdf:li></x:xmpmeta><script>alert(1)</script> ]]> &amp; &x; {terms} \0 '\""
NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "rights": "http://ns.adobe.com/xap/1.0/rights/",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}


def told(packet: str) -> dict[str, str]:
    """Every text of a packet by its element's name, read as any XML parser reads it."""
    root = ElementTree.fromstring(packet)
    assert root.tag == f"{{{NAMES['x']}}}xmpmeta"
    (description,) = root.findall("rdf:RDF/rdf:Description", NAMES)
    (terms,) = description.findall("rights:UsageTerms/rdf:Alt/rdf:li", NAMES)
    assert terms.get("{http://www.w3.org/XML/1998/namespace}lang") == "x-default"
    plain = {e.tag.partition("}")[2]: e.text or "" for e in description if not len(e)}
    return {**plain, "UsageTerms": terms.text or ""}


def disclosed(path: Path | str) -> dict[str, str]:
    return told(read_png_metadata(path)[XMP])


def of_the_demo(source_type: str = DRAWN, version: str = __version__) -> dict[str, str]:
    return {
        "CreatorTool": f"ideogram4 {version}",
        "DigitalSourceType": source_type,
        "AISystemUsed": "demo",
        "UsageTerms": "Drawn by a model whose weights are under this licence: Apache-2.0. "
        "Read it before you use the picture.",
        "WebStatement": "https://www.apache.org/licenses/LICENSE-2.0",
    }


def test_it_says_trained_algorithmic_media_in_the_words_of_iptc() -> None:
    assert DRAWN == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert disclosure(weights="a", licence="b").keys() == {"XML:com.adobe.xmp"}


def test_a_picture_of_the_command_line_says_it_and_everything_else_as_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sunset.png"
    source = CAPTIONS / "sunset.json"
    options = ["--model", "demo", "--steps", "1", "--seed", "7"]
    assert main(["generate", *options, "--caption", str(source), "--output", str(path)]) == 0
    assert disclosed(path) == of_the_demo()
    story = read_png_metadata(path)
    assert json.loads(story["caption"]) == json.loads(source.read_text("utf-8"))
    words = json.loads(source.read_text("utf-8"))["high_level_description"]
    assert words in story["caption"] and words not in story[XMP]
    with Image.open(path) as opened:  # another program's reader of PNG finds it in the same place
        assert told(opened.info["xmp"].decode()) == of_the_demo()


def test_the_pictures_of_a_batch_say_it(tmp_path: Path) -> None:
    lines = [" ".join((CAPTIONS / f"{n}.json").read_text("utf-8").split()) for n in ("sunset",) * 2]
    source = tmp_path / "captions.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    folder = tmp_path / "pictures"
    options = ["--model", "demo", "--steps", "1", "--width", "192", "--height", "192"]
    asked = ["--captions", str(source), "--output-dir", str(folder)]
    assert main(["generate", *options, *asked]) == 0
    assert [disclosed(path) for path in sorted(folder.iterdir())] == [of_the_demo()] * 2


def test_a_stored_picture_says_it_and_so_does_every_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    store = PictureStore(tmp_path / "pictures")
    made = store.get(keep(store))
    assert disclosed(made.path) == of_the_demo(version=RECORD.version)
    assert disclosed(file_of(made)["path"]) == of_the_demo(version=RECORD.version)
    assert made.record == RECORD


def test_a_picture_in_a_zip_says_it(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures")
    made = keep(store)
    with zipfile.ZipFile(store.archive([made], tmp_path / "all.zip")) as archive:
        texts = png_texts(archive.read(f"{made}.png"))
    assert told(texts[XMP]) == of_the_demo(version=RECORD.version)


def test_a_contact_sheet_says_that_it_is_put_together(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures")
    cells = [store.get(keep(store)) for _ in range(2)]
    sheet = save_sheet(cells, 2, tmp_path / "sheet.png")
    assert disclosed(sheet) == of_the_demo(ASSEMBLED, RECORD.version)


def test_the_real_weights_bring_their_licence_and_its_page() -> None:
    entries = disclosure(weights="ideogram-ai/ideogram-4-fp8", licence=FULL_MODEL_LICENCE)
    said = told(entries[XMP])
    assert said["AISystemUsed"] == "ideogram-ai/ideogram-4-fp8"
    assert "licence: Ideogram 4 Non-Commercial." in said["UsageTerms"]
    assert said["WebStatement"] == "https://huggingface.co/ideogram-ai/ideogram-4-nf4"
    other = told(disclosure(weights="mine", licence="My own")[XMP])
    assert "licence: My own." in other["UsageTerms"] and "WebStatement" not in other


def test_whoever_saves_pictures_discloses() -> None:
    """In one place each; a new one that forgets it fails here."""
    saving, disclosing = set(), set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                if called == "save_png":
                    saving.add(module_name(path))
                if called == "disclosure":
                    disclosing.add(module_name(path))
    assert saving == disclosing
    assert {"ideogram4.commands.drawing", "ui.store.pictures", "ui.sheet.picture"} <= saving


def test_what_a_checkpoint_calls_itself_breaks_nothing(tmp_path: Path) -> None:
    entries = disclosure(weights=HOSTILE, licence=HOSTILE)
    path = save_png(picture(), tmp_path / "a.png", entries)
    said = disclosed(path)
    assert said["AISystemUsed"] == HOSTILE.replace("\0", " ")
    assert HOSTILE.replace("\0", " ") in said["UsageTerms"]
    assert "<script>" not in read_png_metadata(path)[XMP]


@given(st.text(), st.text())
def test_any_text_comes_back_as_far_as_xml_can_hold_it(weights: str, licence: str) -> None:
    said = told(disclosure(weights=weights, licence=licence)[XMP])
    held = NO_XML.sub(" ", weights[:200]).replace("\r\n", "\n").replace("\r", "\n")
    assert said["AISystemUsed"] == held


def test_what_an_imported_picture_discloses_is_never_shown() -> None:
    packet = disclosure(weights=HOSTILE, licence=HOSTILE)[XMP]
    raw = f"<x onload=alert(1)>{caption('a trap')} Steps: 1, Seed: 99</x>"
    for xmp in (packet, raw):
        found = read_dropped(png(text(XMP, xmp), text("caption", caption("a red fox"))))
        assert "a red fox" in found.caption
        assert found.seed is None
        for part in ("script", "alert", "trap", "xmpmeta"):
            assert part not in repr(found)
        with pytest.raises(RequestError, match="carries no caption"):
            read_dropped(png(text(XMP, xmp)))


def test_what_lies_in_the_folder_is_shown_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may put a picture of their own into the gallery's folder."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    store = PictureStore(tmp_path / "pictures")
    made = keep(store)
    path = store.path(made)
    save_png(picture(), path, RECORD.to_metadata() | {XMP: HOSTILE.replace("\0", "")})
    answers = [store.get(made).record, GalleryApi(store, own=False).gallery_list()]
    answers.append(GalleryApi(store, own=False).gallery_get(made)[1])
    store.index.settle()
    assert RECORD.prompt in repr(answers)
    assert "<script" not in repr(answers)
    assert all("<script" not in repr(file.read_bytes()) for file in store.folder.glob(".*json"))


def test_a_picture_from_before_it_is_as_good_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    store = PictureStore(tmp_path / "pictures")
    made = keep(store)
    new = store.path(made).read_bytes()
    save_png(picture(), store.path(made), RECORD.to_metadata())
    old = store.path(made).read_bytes()
    assert XMP not in png_texts(old)
    assert read_dropped(old) == read_dropped(new)
    assert store.get(made).record == RECORD
    assert GalleryApi(store, own=False).gallery_get(made)[1]["seed"] == RECORD.seed


def test_the_page_and_the_terminal_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    for model in (DEMO, REAL):
        assert "AI-generated" in about.details(model, "asked for", Screening())
    assert main(["info", "--model", "demo"]) == 0
    (line,) = [s for s in capsys.readouterr().out.splitlines() if "pictures say" in s]
    assert "AI-generated" in line and "not signed" in line
