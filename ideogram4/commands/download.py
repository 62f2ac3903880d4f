"""`ideogram4 download`: say what will come, how big and where to; ask; fetch it; say how to use it.

What a person should know first (the licence, the room on the disk, whether this machine can run
it) is told before the first byte. A download that stops goes on from there the next time.
"""

from __future__ import annotations

import argparse
import json
import sys

from ideogram4.choice import DEMO, REAL, has_card
from ideogram4.commands.console import Console, Progress
from ideogram4.commands.options import add_revision
from ideogram4.errors import HubUnavailableError, RequestError
from ideogram4.settings import Settings
from ideogram4.weights.cache import commit_of
from ideogram4.weights.download_plan import DownloadPlan, size_text
from ideogram4.weights.hub import on_the_hub, plan_download, resolve_model, with_revision
from ideogram4.weights.progress import Rate

YES = ("y", "yes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 download [MODEL] [--revision R] [--yes] [--dry-run] [--json]`."""
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", help=f"owner/name on Hugging Face (default: {REAL})"
    )
    add_revision(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="say what would come, and stop")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.set_defaults(run=download)


def download(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print the folder on stdout, or the plan; ends with 1 when the answer is no."""
    if arguments.json and not (arguments.yes or arguments.dry_run):
        raise RequestError("--json asks nothing; add --yes to download, or --dry-run to look")
    model = with_revision(arguments.model or _usual(settings), arguments.revision)
    if settings.offline:
        return _offline(model, settings, console)
    try:
        plan = plan_download(model, token=settings.hf_token, endpoint=settings.hf_endpoint)
    except HubUnavailableError as trouble:
        return _cached(model, trouble, settings, console)
    if plan is None:
        console.say(f"{model} is on this computer; there is nothing to download")
        return 0
    if not arguments.json:
        tell = console.result if arguments.dry_run else console.say
        for line in describe(plan):
            tell(line)
    if plan.left and not arguments.dry_run:
        _check(plan, model, settings)
        if not arguments.yes and not _agreed(plan, console):
            console.say("Nothing was downloaded.")
            return 1
    answer = plan.to_dict()
    if not arguments.dry_run:
        answer["folder"] = _fetch(plan, model, settings, console)
    if arguments.json:
        console.document(json.dumps(answer, indent=2))
    elif not arguments.dry_run:
        console.result(answer["folder"])
        console.say(f"Use it:  ideogram4 serve --model {model}")
        console.say(f"         ideogram4 generate --model {model} --caption caption.json")
    return 0


def describe(plan: DownloadPlan) -> list[str]:
    """The plan as lines for a person."""
    lines = [f"{plan.repo}, revision {plan.revision} (commit {plan.commit})"]
    lines += [
        f"  {size_text(file.size):>9}  {file.name}{_here(file.here, file.size)}"
        for file in plan.files
    ]
    together = f"{size_text(plan.total)} together"
    if plan.here:
        together += f"; {size_text(plan.here)} are here, {size_text(plan.left)} are to come"
    room = "unknown" if plan.free is None else size_text(plan.free)
    lines += [
        f"size      {together}",
        f"folder    {plan.cache}",
        f"free      {room}",
        f"licence   {plan.licence_page}",
    ]
    if plan.repo == REAL and not has_card():
        lines.append(
            "note      these weights want an NVIDIA card (CUDA), and this machine has none: "
            "a picture would take very long"
        )
    return lines


def _here(here: int, size: int) -> str:
    if not here:
        return ""
    return "  (here)" if here == size else f"  ({size_text(here)} here)"


def _usual(settings: Settings) -> str:
    """What IDEOGRAM4_MODEL names, unless that is the demo."""
    return settings.model if settings.model and settings.model != DEMO else REAL


def _check(plan: DownloadPlan, model: str, settings: Settings) -> None:
    """Raise what would stop the download after the question: no room, no access."""
    plan.check_room()
    source = on_the_hub(model, token=settings.hf_token, endpoint=settings.hf_endpoint)
    refused = source.refusal(next(file.name for file in plan.files if file.left))
    if refused is not None:
        raise refused


def _agreed(plan: DownloadPlan, console: Console) -> bool:
    if not sys.stdin.isatty():
        raise RequestError(
            "there is nobody here to answer, so nothing was downloaded",
            hint="Add --yes to download without being asked.",
        )
    console.say(f"Download {size_text(plan.left)}? [y/N]")
    return sys.stdin.readline().strip().lower() in YES


def _fetch(plan: DownloadPlan, model: str, settings: Settings, console: Console) -> str:
    """Bring what is left, with a line of progress; returns the folder."""
    progress, rate = Progress(console), Rate(plan.total)
    done = plan.here

    def show(what: str, fraction: float) -> None:
        nonlocal done
        done = round(fraction * plan.total)
        rate.note(done)
        speed = "" if rate.per_second is None else f", {size_text(round(rate.per_second))}/s"
        note = f"{size_text(done)} of {size_text(plan.total)}{speed}"
        progress.show(what, fraction, note, rate.seconds_left)

    try:
        folder = resolve_model(
            model, token=settings.hf_token, endpoint=settings.hf_endpoint, on_progress=show
        )
    except KeyboardInterrupt:
        progress.close()
        console.say(f"\n{size_text(done)} of {size_text(plan.total)} are here and stay here.")
        console.say("The same command goes on from there.")
        raise
    finally:
        progress.close()
    return str(folder)


def _offline(model: str, settings: Settings, console: Console) -> int:
    """Only say whether the model is here."""
    folder = resolve_model(model, local_files_only=True)
    console.say(f"offline: {model} is here, whole; the hub was not asked for news of it")
    console.result(str(folder))
    return 0


def _cached(model: str, trouble: HubUnavailableError, settings: Settings, console: Console) -> int:
    """The hub is in trouble: that is no harm where the model is here."""
    source = on_the_hub(model, token=settings.hf_token, endpoint=settings.hf_endpoint)
    folder = source.cache.whole(source.revision)
    if folder is None:
        raise trouble
    console.say(f"{trouble.message}. The copy that is here is whole (commit {commit_of(folder)}).")
    console.result(str(folder))
    return 0
