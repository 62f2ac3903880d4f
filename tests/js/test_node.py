"""Runs the JavaScript tests of the page's pure modules with node's own test runner."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ideogram4.caption import format_json

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def node() -> str:
    """The node executable; its absence fails the tests, which is better than not knowing."""
    found = shutil.which("node")
    assert found, "node 18 or newer is needed for these tests (Debian: apt-get install nodejs)"
    return found


@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_node_tests_pass(node: str, path: Path) -> None:
    done = subprocess.run(
        [node, "--test", str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    ran = [line for line in done.stdout.splitlines() if "tests " in line]
    assert ran and not any(line.endswith("tests 0") for line in ran), done.stdout[-2000:]


def test_both_languages_lay_captions_out_alike(node: str) -> None:
    """A caption that Python saved and one that the page wrote differ in nothing but content."""
    values = [
        {"a": [1, 2, 3], "b": [], "c": {}, "d": [{"e": "é😀\n"}, [1, [2]]]},
        {"compositional_deconstruction": {"background": "", "elements": [{"bbox": [1, 2, 3, 4]}]}},
        "word",
        [True, None, 1.5],
    ]
    script = (
        'import { format } from "./ui/document/jsonpatch.js";'
        "const values = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(values.map((value) => format(value))));"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", script, json.dumps(values)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == [format_json(value) for value in values]
