"""docs/hosting.md: what it tells a host to write and to run agrees with the program."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator

import pytest

from ideogram4.cli import build_parser
from ideogram4.settings import VARIABLES
from tests.hosting.checkout import ROOT, tracked
from tests.hosting.dockerfile import read
from tests.readme import Block, blocks
from ui.doors import MOST_UPLOADED

TEXT = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)
# What Gradio, the hub and CUDA read themselves; the guide's own table of them.
TABLE = re.findall(r"^\| `(\w+)` \| (?!.*default)", TEXT, re.MULTILINE)
KNOWN = {variable.name for variable in VARIABLES} | set(TABLE)
STEPS = read(ROOT / "Dockerfile")


def block(language: str, words: str = "") -> Block:
    (found,) = [b for b in BLOCKS if b.language == language and words in b.code]
    return found


def commands(*begin: str) -> Iterator[list[str]]:
    for shell in (b for b in BLOCKS if b.language == "bash"):
        for command in map(shlex.split, shell.commands()):
            if tuple(command[: len(begin)]) == begin:
                yield command


def test_every_variable_it_names_is_one() -> None:
    named = set(re.findall(r"\b(?:IDEOGRAM4|HIVE|HF|GRADIO|SPACES?|CUDA)_[A-Z_]+\b", TEXT))
    assert len(named) > 10 and named <= KNOWN


def test_every_file_it_names_is_there() -> None:
    files = re.findall(r"`((?:tests|ui|docs)/[\w/.]+)`", TEXT)
    assert len(files) >= 4 and set(files) <= set(tracked())


def test_the_build_arguments_are_the_dockerfiles() -> None:
    arguments = {pair for s in STEPS if s.name == "ARG" for pair in s.pairs}
    built = list(commands("docker", "build"))
    given = [c[c.index("--build-arg") + 1].split("=")[0] for c in built if "--build-arg" in c]
    assert len(built) == 3 and len(given) == 2 and set(given) <= arguments


def test_the_container_is_run_as_the_image_expects() -> None:
    (run,) = commands("docker", "run")
    image = run.index("ideogram4-studio")
    (entry,) = [step.words for step in STEPS if step.name == "ENTRYPOINT"]
    build_parser().parse_args([*entry[entry.index("serve") :], *run[image + 1 :]])
    volumes = {run[i + 1].split(":")[1] for i, word in enumerate(run) if word == "-v"}
    assert volumes == set(next(s for s in STEPS if s.name == "VOLUME").words)
    names = [run[i + 1].split("=")[0] for i, word in enumerate(run) if word == "-e"]
    assert names and set(names) <= KNOWN
    secrets = {variable.name for variable in VARIABLES if variable.secret}
    assert not [word for word in run if "=" in word and word.split("=")[0] in secrets]


def test_the_service_starts_the_studio_and_gives_up_where_that_is_wise() -> None:
    unit = block("ini").code
    start = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert start is not None
    command = start[1].split()
    assert command[1:3] == ["-m", "ideogram4"]
    build_parser().parse_args(command[3:])
    set_here = re.findall(r"^Environment=(\w+)=", unit, re.MULTILINE)
    assert "GRADIO_ROOT_PATH" in set_here and set(set_here) <= KNOWN
    assert not re.search(r"^Environment=(HF_TOKEN|\w*KEY)=", unit, re.MULTILINE)
    codes = re.search(r"^RestartPreventExitStatus=(.*)$", unit, re.MULTILINE)
    assert codes is not None and codes[1] == "2 3"  # RequestError and WeightsError
    kept = re.findall(r"^Environment=\w+=(/var/lib/ideogram4/\w+)$", unit, re.MULTILINE)
    assert len(kept) == 3 and "\nStateDirectory=ideogram4\n" in unit


@pytest.mark.parametrize("language", ["nginx", "caddy"])
def test_the_web_servers_stream_and_let_through_what_the_studio_takes(language: str) -> None:
    said = block(language).code
    limit = re.search(r"(?:client_max_body_size|max_size) (\d+)", said)
    assert limit is not None and int(limit[1]) > int(MOST_UPLOADED.removesuffix("mb"))
    assert "127.0.0.1:7860" in said and said.count("{") == said.count("}")
    assert ("proxy_buffering off;" if language == "nginx" else "flush_interval -1") in said
    if language == "nginx":
        assert "proxy_set_header Host $http_host;" in said  # else the page's own posts are foreign
        assert "proxy_read_timeout" in said


def test_the_versions_for_zero_gpu_are_ones_that_the_project_takes() -> None:
    from packaging.specifiers import SpecifierSet

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (torch,) = [d for d in project["dependencies"] if d.startswith("torch")]
    python = re.search(r'`python_version: "(.*?)"`', TEXT)
    pinned = re.search(r"`torch==(.*?)`", TEXT)
    assert python is not None and pinned is not None
    assert SpecifierSet(project["requires-python"]).contains(python[1])
    assert SpecifierSet(torch.removeprefix("torch")).contains(pinned[1])
