"""`ideogram4 serve`: the studio, as `python app.py` opens it."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import replace

from ideogram4.choice import choose_model
from ideogram4.commands.console import Console
from ideogram4.commands.options import add_which
from ideogram4.errors import RequestError
from ideogram4.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 serve [--model] [--revision] [--host] [--port] [--no-browser] [--mcp] ...`."""
    add_which(parser)
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1: this machine)")
    parser.add_argument("--port", type=int, help="port to listen on (default: the first free one)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--mcp", action="store_true", help="offer the API as MCP tools too, for language models"
    )
    parser.add_argument(
        "--unmoderated",
        action="store_true",
        help="let others use the real weights though nothing is screened: you answer for it",
    )
    parser.set_defaults(run=serve)


def serve(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Open the studio and stay until Ctrl-C."""
    if arguments.port is not None and not 1 <= arguments.port <= 65535:
        raise RequestError(f"--port {arguments.port} is outside 1 to 65535")
    if arguments.mcp and importlib.util.find_spec("mcp") is None:
        raise RequestError(
            "--mcp needs the package mcp, which is not installed",
            hint="Install it with: pip install 'mcp>=1.21,<2'",
        )
    if arguments.model or arguments.revision:
        settings = replace(
            settings, model=choose_model(settings, arguments.model, arguments.revision).model
        )
    # The one place where the command line knows of the studio, and only when it is asked for.
    from ui import studio

    try:
        studio.launch(
            settings,
            open_browser=not arguments.no_browser,
            unmoderated=arguments.unmoderated,
            server_name=arguments.host,
            server_port=arguments.port,
            mcp_server=arguments.mcp,
        )
    except OSError as problem:
        # Gradio's own words name an option of its own that does not exist here.
        raise RequestError(
            f"the studio cannot listen on {arguments.host or '127.0.0.1'}"
            f"{f' port {arguments.port}' if arguments.port else ''}: it is taken or not allowed",
            hint="Choose another --port, or leave it out to have a free one found.",
        ) from problem
    return 0
