"""The `ideogram4` command: reads the arguments, hands over to ideogram4/commands, turns errors into
words and exit codes.

Exit codes: 0 done, 1 it did not work (or a caption has errors), 2 bad usage, 3 weights, 4 device,
5 a service, 130 stopped by Ctrl-C. It holds no work of its own and imports no torch.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from ideogram4 import __version__
from ideogram4.commands import (
    bench,
    captions,
    demo_eval,
    describe,
    download,
    expand,
    generate,
    info,
    lora,
    quantize,
    report,
    serve,
)
from ideogram4.commands.console import Console, keys_in
from ideogram4.errors import Ideogram4Error
from ideogram4.settings import Settings, secret_values

STOPPED = 130
CLOSED_PIPE = 141


class Parser(argparse.ArgumentParser):
    """argparse that never shows a key in a usage error."""

    console = Console()

    def error(self, message: str) -> NoReturn:
        self.console.say(f"{self.format_usage().strip()}\nerror: {message}")
        raise SystemExit(2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    return run(build_parser, arguments)


def run(build: Callable[[], argparse.ArgumentParser], arguments: Sequence[str]) -> int:
    """Parse, run and answer for one command line. Shared with run_inference.py.

    The parser's result must carry `run`, a function of (arguments, settings, console).
    """
    for stream in (sys.stdout, sys.stderr):
        # Captions and paths hold any letter there is; a terminal's code page must not stop a run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    console = Console((*secret_values(), *keys_in(arguments)), debug="--debug" in arguments)
    Parser.console = console
    try:
        parsed = build().parse_args(arguments)
        settings = Settings.from_env()
        if getattr(parsed, "offline", False):
            settings = replace(settings, offline=True)
        code: int = parsed.run(parsed, settings, console)
        sys.stdout.flush()
        return code
    except SystemExit as finished:  # argparse: --help, --version, bad usage
        return finished.code if isinstance(finished.code, int) else 2
    except Ideogram4Error as problem:
        console.error(problem)
        return problem.exit_code
    except KeyboardInterrupt:
        console.say("\nstopped")
        return STOPPED
    except BrokenPipeError:
        # The reader (`| head`) has left; point stdout elsewhere so that exit does not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except Exception as problem:
        hint = "" if console.debug else "Run it again with --debug and report what it prints."
        message = f"this should not have happened: {type(problem).__name__}: {problem}"
        console.error(Ideogram4Error(message, hint=hint))
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    parser = Parser(
        prog="ideogram4",
        description="Pictures from structured captions with Ideogram 4.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ideogram4 {__version__}")
    parser.set_defaults(run=lambda *_: _no_command(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show where an error comes from")

    def add(name: str, help: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=help, description=help, parents=[common], allow_abbrev=False
        )

    generate.add_arguments(add("generate", "Draw a picture from a caption or a prompt."))
    expand.add_arguments(add("expand", "Write a caption from an idea, or what a caption lacks."))
    describe.add_arguments(add("describe", "Read a picture into a caption."))
    captions.add_check_arguments(add("check", "Check caption files; one line a problem."))
    captions.add_repair_arguments(add("repair", "Turn what an LLM wrote into a caption."))
    report.add_arguments(add("report", "Say what became of the colours and elements asked for."))
    quantize.add_arguments(add("quantize", "Write a model again with weights of 4 or 8 bits."))
    lora.add_arguments(add("lora", "Say whether LoRA files fit a model, and who wrote them."))
    download.add_arguments(add("download", "Fetch a model from Hugging Face, once asked."))
    info.add_arguments(add("info", "Show device, weights, licence and settings."))
    serve.add_arguments(add("serve", "Open the studio in a browser."))
    bench.add_arguments(add("bench", "Measure how long a step and a picture take here."))
    demo_eval.add_arguments(add("demo-eval", "Measure how well the demo obeys held-out captions."))
    return parser


def _no_command(parser: argparse.ArgumentParser) -> int:
    parser.print_help(sys.stderr)
    return 2
