"""The built wheel: everything that runs need, nothing else, and it works away from the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Only what a wheel is made of is copied: a build writes beside its sources, and leftovers of an
# earlier one would be taken up again.
PARTS = ("ideogram4", "ui", "presets", "app.py", "pyproject.toml", "README.md", "LICENSE")
UNWANTED = shutil.ignore_patterns("__pycache__", "*.pyi", "node_modules", "runs", "build")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = tmp_path_factory.mktemp("sources")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, sources / part, ignore=UNWANTED)
        else:
            shutil.copy(ROOT / part, sources / part)
    target = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(target), str(sources))
    (built,) = target.glob("*.whl")
    return built


def is_debris(path: Path) -> bool:
    """Whether the file is a cache or a hidden file, which git does not keep either."""
    parts = path.relative_to(ROOT).parts
    return any(p.startswith(".") or p in ("__pycache__", "node_modules", "runs") for p in parts)


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--no-deps", "--no-index", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_that_runs_need_is_in_the_wheel(wheel: Path) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for top in ("ideogram4", "ui", "presets")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and not is_debris(path)
        if path.suffix not in (".pyi", ".pyc", ".log", ".mjs")  # .mjs: scripts that build a bundle
    }
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert sorted(wanted - packed) == []
    for needed in (
        "app.py",
        "ideogram4/caption/schema.json",
        "presets/samplers.json",
        "ideogram4/demo/checkpoint/model_index.json",
        "ideogram4/demo/checkpoint/tokenizer/tokenizer.json",
    ):
        assert needed in packed
    for part in ("transformer", "unconditional_transformer", "text_encoder", "vae"):
        names = [name for name in packed if f"demo/checkpoint/{part}/" in name]
        assert any(name.endswith(".safetensors") for name in names), part
        assert any(name.endswith("config.json") for name in names), part
    assert {Path(name).suffix for name in packed if name.startswith("ui/")} >= {".js", ".css"}


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in packed if ".dist-info/" not in name}
    assert tops == {"ideogram4", "ui", "presets", "app.py"}
    assert not [n for n in packed if "__pycache__" in n or "node_modules" in n or "/runs/" in n]
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in packed)


def test_an_installed_copy_works_away_from_the_sources(wheel: Path, tmp_path: Path) -> None:
    pip("install", "--target", str(tmp_path / "site"), str(wheel))
    code = (
        "import ideogram4, sys\n"
        "from ideogram4.weights import resolve_model\n"
        "assert ideogram4.__file__.startswith(sys.argv[1]), ideogram4.__file__\n"
        "assert ideogram4.PRESETS['V4_TURBO_12'].num_steps == 12\n"
        "assert str(resolve_model('demo')).startswith(sys.argv[1])\n"
        "assert ideogram4.Caption.empty().to_prompt()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )
    assert done.returncode == 0, done.stderr


def test_the_version_is_said_once(wheel: Path) -> None:
    import ideogram4

    assert wheel.name.startswith(f"ideogram4-{ideogram4.__version__}-py3-")
    entry_points = next(n for n in zipfile.ZipFile(wheel).namelist() if "entry_points" in n)
    text = zipfile.ZipFile(wheel).read(entry_points).decode()
    assert "ideogram4 = ideogram4.cli:main" in text
