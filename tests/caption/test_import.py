"""Importing the caption package is light: no torch, no interface, jsonschema only when used."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from ideogram4.caption import Caption, parse_caption, repair_caption
heavy = {"torch", "gradio", "numpy", "PIL", "jsonschema", "requests"}
print(sorted(heavy & set(sys.modules)))
parse_caption(Caption.empty().to_json())
print("jsonschema" in sys.modules)
"""


def test_import_brings_in_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True"]
