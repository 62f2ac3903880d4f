"""The README and the guides tell the truth: commands work, tables are current, links lead on."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ideogram4.caption import parse_caption
from ideogram4.cli import build_parser
from tests.readme import GUIDES, README, ROOT, blocks, with_tables
from tests.tables import TABLES

TEXT = README.read_text(encoding="utf-8")
BLOCKS = [block for path in (README, *GUIDES) for block in blocks(path.read_text("utf-8"))]
TO_RUN = [block for block in BLOCKS if block.marker == "run"]
CONFIGURATION = ("ini", "nginx", "caddy")
ON_A_HOST = ("docker", "systemctl", "journalctl")
TO_READ = [block for block in BLOCKS if block.marker != "run"]


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder like a checkout, with the files that examples speak of, and its environment."""
    for name in ("presets", "run_inference.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    captions = sorted((ROOT / "presets" / "captions").glob("*.json"))[:2]
    lines = [" ".join(path.read_text().split()) for path in captions]
    (tmp_path / "captions.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "answer-of-an-llm.txt").write_text(f"Sure!\n```json\n{captions[0].read_text()}```")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, words in (("ideogram4", "-m ideogram4"), ("python", "")):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words} "$@"\n')
        script.chmod(0o755)
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    environ["PATH"] = f"{programs}{os.pathsep}{environ['PATH']}"
    return tmp_path, environ


@pytest.mark.parametrize("block", TO_RUN, ids=lambda block: block.code.split("\n")[0][:50])
def test_an_example_runs(block, desk) -> None:  # type: ignore[no-untyped-def]
    folder, environ = desk
    program = {
        "bash": ["bash", "-euo", "pipefail", "-c", block.code],
        "python": [sys.executable, "-W", "error::UserWarning", "-c", block.code],
    }[block.language]
    done = subprocess.run(program, cwd=folder, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for picture in re.findall(r"[\w-]+\.png(?! import)", block.code):
        assert (folder / picture).read_bytes().startswith(b"\x89PNG"), picture


@pytest.mark.parametrize("block", TO_READ, ids=lambda block: block.code.split("\n")[0][:50])
def test_an_example_that_is_not_run_is_still_right(block) -> None:  # type: ignore[no-untyped-def]
    if block.language == "python":
        compile(block.code, "example", "exec")
        return
    if block.language == "json":
        result = parse_caption(block.code)
        assert result.ok and not result.issues, result.issues
        return
    if block.language in CONFIGURATION:
        return  # tests/hosting/test_guide.py reads those
    assert block.language == "bash"
    for command in block.commands():
        program, *arguments = shlex.split(command)
        if program == "make":
            done = subprocess.run(["make", "-n", *arguments], cwd=ROOT, capture_output=True)
            assert done.returncode == 0, command
        elif program in ON_A_HOST:
            assert block.marker.startswith("read; "), f"{command}: say why it is not run"
        else:
            assert program == "ideogram4", f"{command}: mark the block, or teach this test"
            build_parser().parse_args(arguments)


def test_there_is_something_to_run() -> None:
    assert len(TO_RUN) >= 4
    assert {block.language for block in TO_RUN} == {"bash", "python"}


@pytest.mark.parametrize("path", [README, *GUIDES], ids=lambda path: path.name)
def test_the_tables_are_up_to_date(path: Path) -> None:
    text = path.read_text("utf-8")
    assert with_tables(text) == text, "run: .venv/bin/python -m tests.readme"


def test_every_table_stands_in_one_place() -> None:
    texts = [path.read_text("utf-8") for path in (README, *GUIDES)]
    placed = [name for text in texts for name in re.findall(r"<!-- table: (\w+) -->", text)]
    assert sorted(placed) == sorted(["caption", "environment", *TABLES])


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_what_a_guide_names_is_there(path: Path) -> None:
    """Files and modules in backticks; a name that has moved leads nobody anywhere."""
    tops = "ideogram4|ui|presets|tests|docs|benchmarks"
    for name in re.findall(rf"`((?:{tops})/[\w/.-]*)`", path.read_text("utf-8")):
        assert (ROOT / name).exists(), name
    for name in re.findall(rf"`((?:{tops})\.[\w.]+\w)`", path.read_text("utf-8")):
        module = name.replace(".", "/")
        assert any((ROOT / f"{module}{end}").exists() for end in (".py", "", "/__init__.py")), name


def test_the_readme_leads_to_every_guide() -> None:
    linked = set(re.findall(r"\]\((docs/\w+\.md)\)", TEXT))
    assert linked == {f"docs/{path.name}" for path in GUIDES}


@pytest.mark.parametrize("path", [README, *GUIDES], ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    for target in targets:
        if target.startswith("https://"):
            continue
        name, _, place = target.partition("#")
        file = path.parent / name if name else path
        assert file.exists(), target
        assert not place or place in anchors(file.read_text("utf-8")), target


def anchors(text: str) -> set[str]:
    """What a link may name after #: the headings as GitHub spells them."""
    return {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }


def test_the_space_uses_the_pinned_gradio() -> None:
    version = re.search(r"^sdk_version: (\S+)$", TEXT, re.MULTILINE)
    assert version is not None
    assert f"gradio=={version[1]}\n" in (ROOT / "requirements.txt").read_text()


def test_the_two_commands_are_on_the_first_screen() -> None:
    body = TEXT.split("\n---\n", 1)[1]
    first_screen = body[: body.index("\n## ")]
    assert "make run" in first_screen and "make test" in first_screen
    assert "docs/screenshot.png" in first_screen
