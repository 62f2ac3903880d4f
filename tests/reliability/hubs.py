"""A hub on this machine with a model that really draws, and a folder made of the same files."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from ideogram4.cli import main
from ideogram4.errors import Ideogram4Error
from ideogram4.settings import Settings
from tests.reliability.parts import wish
from ui.preview import PreviewState
from ui.service import GenerationService

CAPTION = str(Path(__file__).resolve().parents[2] / "presets" / "captions" / "sunset.json")
QUICK = ("--caption", CAPTION, "--steps", "1", "--width", "192", "--height", "192", "--seed", "1")
FILE = "diffusion_pytorch_model.safetensors"
BIG = f"transformer/{FILE}"


@dataclass(frozen=True)
class Told:
    """How a command ended and what it printed."""

    code: int
    out: str
    said: str


def command(*arguments: str) -> Told:
    """Run the command line as it is run, in this process."""
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = main(list(arguments))
    return Told(code, out.getvalue(), said.getvalue())


def draw(model: str, *options: str) -> Told:
    """`ideogram4 generate` with a model; no picture is expected."""
    return command("generate", "--model", model, "--output", "never.png", *QUICK, *options)


def refused(model: str) -> Told:
    """The same, with what every refusal of weights has: code 3, nothing printed, no traceback."""
    told = draw(model)
    assert (told.code, told.out) == (3, ""), told.said
    assert "error: " in told.said and "Traceback" not in told.said
    assert not Path("never.png").exists()
    return told


def on_the_page(model: str, folder: Path, **settings: object) -> tuple[Ideogram4Error, str]:
    """What the studio raises for a picture with a model, and the words its page shows."""
    service = GenerationService(Settings(model=model, output_dir=folder, **settings))  # type: ignore[arg-type]
    try:
        list(service.run(wish()))
    except Ideogram4Error as error:
        assert service._keeper.pipeline is None, "nothing half-loaded is kept"
        shown = PreviewState.failed(error)
        return error, f"{shown.message} {shown.hint}"
    raise AssertionError("a picture was made")
