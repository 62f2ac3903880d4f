"""Importing the package is cheap: none of the big libraries come with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "gradio", "transformers", "bitsandbytes", "numpy", "PIL", "huggingface_hub")


@pytest.mark.parametrize(
    "statement",
    [
        "import ideogram4",
        "import ideogram4.cli",
        "from ideogram4 import PRESETS, Ideogram4Error",
        "from ideogram4 import Caption, parse_caption, repair_caption",
        "import ideogram4.quant, ideogram4.weights",
        "import ideogram4.settings, ideogram4.choice, ideogram4.png, ideogram4.sampling.limits",
    ],
)
def test_nothing_heavy_is_imported(statement: str) -> None:
    code = f"import sys; {statement}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []


def test_every_public_name_is_there() -> None:
    import ideogram4

    for name in ideogram4.__all__:
        assert getattr(ideogram4, name) is not None
    assert set(ideogram4.__all__) <= set(dir(ideogram4))


def test_an_unknown_name_is_an_attribute_error() -> None:
    import ideogram4

    with pytest.raises(AttributeError, match="no attribute 'Pipeline'"):
        ideogram4.Pipeline  # noqa: B018
