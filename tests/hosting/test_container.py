"""The Dockerfile, step by step, as far as there is no Docker to build it with.

What its COPY steps take is laid out in a folder, its RUN steps run there in a shell with stand-ins
for what would change the machine, and its entry point starts what was copied with its environment.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from packaging.specifiers import SpecifierSet

from ideogram4.cli import build_parser
from ideogram4.settings import VARIABLES
from tests.hosting.checkout import QUIET, ROOT, free_port, tracked
from tests.hosting.dockerfile import Step, is_sent, read

STEPS = read(ROOT / "Dockerfile")
IGNORE = ROOT / ".dockerignore"
SECRETS = {variable.name for variable in VARIABLES if variable.secret}
OURS = {variable.name for variable in VARIABLES} | {"HF_HOME"}


def steps(name: str) -> list[Step]:
    return [step for step in STEPS if step.name == name]


def environment() -> dict[str, str]:
    return {name: value for step in steps("ENV") for name, value in step.pairs.items()}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the COPY steps make of the files that git tracks, in the image's working folder."""
    folder = tmp_path_factory.mktemp("image")
    for step in steps("COPY"):
        *sources, target = step.words
        for name in tracked():
            source = next((s for s in sources if name == s or name.startswith(f"{s}/")), None)
            if source is None or not is_sent(name, IGNORE):
                continue
            inside = Path(target) / (name.removeprefix(f"{source}/") if source != name else name)
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            (folder / inside).write_bytes((ROOT / name).read_bytes())
    return folder


def test_every_source_of_a_copy_is_tracked_and_sent() -> None:
    sent = [name for name in tracked() if is_sent(name, IGNORE)]
    for step in steps("COPY"):
        for source in step.words[:-1]:
            assert any(n == source or n.startswith(f"{source}/") for n in sent), source


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".git/config",
        "outputs/a.png",
        "ui/__pycache__/a.pyc",
        "ui/canvas/x.pyi",
        "tests/a.py",
        "ideogram4/demo/runs/a.bin",
        "ui/.env",
        "ui/editor/bundle/node_modules/a.js",
        "models/a.bin",
    ],
)
def test_keys_pictures_and_debris_never_reach_the_build(name: str) -> None:
    assert not is_sent(name, IGNORE)


def test_the_versions_are_those_of_the_project() -> None:
    (version,) = [s.pairs["PYTHON"] for s in steps("ARG") if "PYTHON" in s.pairs]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert SpecifierSet(project["requires-python"]).contains(version)
    assert f'\npython_version: "{version}"\n' in (ROOT / "README.md").read_text()
    assert [step.text for step in steps("FROM")] == ["python:${PYTHON}-slim"]


@pytest.mark.parametrize("index", ["", "https://download.pytorch.org/whl/cpu"])
def test_the_run_steps_install_what_is_pinned(index: str, tmp_path: Path) -> None:
    """In a real shell, with programs that only note how they were called."""
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    for name in ("pip", "useradd", "install"):
        program = programs / name
        program.write_text(f'#!/bin/sh\nprintf "%s|" {name} "$@" >> {calls}; echo >> {calls}\n')
        program.chmod(0o755)
    (tmp_path / "requirements.txt").write_bytes((ROOT / "requirements.txt").read_bytes())
    environ = {"PATH": f"{programs}:{os.environ['PATH']}", "TORCH_INDEX": index}
    for step in steps("RUN"):
        subprocess.run(["sh", "-ec", step.text], cwd=tmp_path, env=environ, check=True)
    called = [line.rstrip("|").split("|") for line in calls.read_text().splitlines()]
    pinned = re.search(r"^torch==\S+$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    chosen = ["--index-url", index] if index else []
    assert called == [
        ["pip", "install", *chosen, pinned[0]],
        ["pip", "install", "-r", "requirements.txt"],
        ["useradd", "--create-home", "--uid", "1000", "studio"],
        ["install", "-d", "-o", "studio", "-g", "studio", "/pictures", "/models"],
    ]


def test_requirements_are_a_layer_of_their_own_and_the_program_is_nobodys_to_change() -> None:
    names = [step.name for step in STEPS]
    install = next(i for i, step in enumerate(STEPS) if "pip install -r" in step.text)
    before = [step.words[:-1] for step in STEPS[:install] if step.name == "COPY"]
    assert before == [["requirements.txt"]]
    last_copy = max(i for i, name in enumerate(names) if name == "COPY")
    assert names.index("USER") > last_copy and steps("USER")[0].text == "studio"
    assert set(steps("VOLUME")[0].words) == {"/pictures", "/models"}


def test_no_secret_is_baked_in() -> None:
    said = (ROOT / "Dockerfile").read_text()
    assert [name for name in SECRETS if name in said] == []
    for name in environment():
        if not name.startswith(("PYTHON", "PIP_", "NVIDIA_", "GRADIO_")):
            assert name in OURS, name


def test_what_was_copied_starts_is_healthy_and_draws(image: Path, tmp_path: Path) -> None:
    """Its own environment and entry point, with this machine's folders in place of the volumes.

    Without the right to write beside the program, which its user has not got either.
    """
    port, entry = free_port(), steps("ENTRYPOINT")[0].words
    build_parser().parse_args(entry[entry.index("serve") :])
    environ = {
        name: re.sub(r"^/(pictures|models|tmp)", rf"{tmp_path}/\1", value)
        for name, value in environment().items()
    }
    environ |= {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **QUIET}
    environ |= {"GRADIO_SERVER_PORT": str(port), "IDEOGRAM4_MODEL": "demo"}
    folders = [image, *(path for path in image.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    command = [sys.executable, *entry[1:]]
    if os.geteuid() == 0:  # root writes wherever it likes
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    process = subprocess.Popen(
        command,
        cwd=image,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        told = ""
        assert process.stdout is not None
        while "The studio is open" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        assert healthy(environ) == 0
        assert draws(f"http://127.0.0.1:{port}")
        assert list((tmp_path / "pictures").rglob("*.png"))
    finally:
        process.kill()
        process.communicate()
        for folder in folders:
            folder.chmod(0o755)
    assert healthy(environ) != 0  # a check that cannot fail says nothing


def healthy(environ: dict[str, str]) -> int:
    """The image's own check."""
    text = steps("HEALTHCHECK")[0].text
    _, *command = json.loads(text[text.index("CMD ") + 4 :])
    return subprocess.run([sys.executable, *command], env=environ, capture_output=True).returncode


def draws(url: str) -> bool:
    caption = (ROOT / "presets" / "captions" / "sunset.json").read_text()
    address = f"{url}/gradio_api/call/generate"
    wish = [caption, 192, 192, "V4_TURBO_12", 7, 1, 4]
    begun = httpx.post(address, json={"data": wish}, timeout=60)
    told = httpx.get(f"{address}/{begun.json()['event_id']}", timeout=120).text
    return '"phase": "done"' in told


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return told


def test_the_compose_file_agrees_with_the_image() -> None:
    studio = compose()["services"]["studio"]
    ports = {step.text for step in steps("EXPOSE")}
    assert studio["ports"] == [f"127.0.0.1:{port}:{port}" for port in ports]
    mounted = dict(volume.split(":") for volume in studio["volumes"])
    assert set(mounted.values()) == set(steps("VOLUME")[0].words)
    assert set(mounted) == set(compose()["volumes"])
    (device,) = studio["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}


def test_the_compose_file_takes_settings_from_outside_and_has_no_keys() -> None:
    for name, value in compose()["services"]["studio"]["environment"].items():
        assert name in OURS or name.startswith("GRADIO_"), name
        assert re.fullmatch(rf"\$\{{{name}:-(demo)?\}}", value), name
