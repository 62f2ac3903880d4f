"""docs/safety.md tells the truth: its example runs, and it names what counts and what is set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ideogram4.safety import hive
from ideogram4.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
BEFORE = "from ideogram4.settings import Settings; settings = Settings(model='demo')\n"
AFTER = """
from ideogram4.errors import BlockedError
print(service.screening.describe())
try:
    service.screening.check_words(["about rule 3"])
except BlockedError as told:
    print(told.message)
"""


def test_its_example_of_another_service_runs(tmp_path: Path) -> None:
    example = TEXT.split("```python\n")[1].split("```")[0]
    code = BEFORE + example + AFTER
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert "Words: our rules. Pictures: not checked." in done.stdout
    assert "stopped by screening (our rules): our rule 3" in done.stdout


def test_it_names_every_class_and_setting() -> None:
    for name in hive.PICTURE_CLASSES:
        assert name in TEXT
    for words in set(hive.TEXT_CLASSES.values()) - {
        *("intent of self-harm", "sexual description", "violent description")
    }:
        assert words in " ".join(TEXT.split())
    for variable in VARIABLES:
        if variable.attribute in ("hive_text_key", "hive_visual_key", "blocked_words"):
            assert variable.name in TEXT


def test_its_numbers_are_those_of_the_code() -> None:
    words = " ".join(TEXT.split())
    assert (
        f"no answer within {hive.TEXT_SECONDS:.0f} seconds ({hive.PICTURE_SECONDS:.0f} for" in words
    )
    assert f"at most {hive.MOST_PIECES}" in words
    assert f"blocked from severity {hive.TEXT_BLOCKED_AT}" in words
    assert f"blocked from {hive.PICTURE_BLOCKED_AT}" in words
