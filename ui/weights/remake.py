"""The page made anew after the model has changed: what a browser is given from its next load on.

Sizes, presets and words on the page are those of a model, and Gradio describes the page once, when
it is built. So a second page is built for the new model, and its descriptions take the place of
the first one's, element by element. Events, addresses and open connections stay as they are. It
changes no page that is open: whoever sees an old one is held to the new limits by the service.
"""

from __future__ import annotations

from typing import Any

import gradio as gr


def remake(served: gr.Blocks, fresh: gr.Blocks) -> None:
    """Give the elements of `served` the descriptions of their namesakes in `fresh`."""
    described = _by_name(fresh)
    for name, entry in _by_name(served).items():
        if name in described:
            entry["props"] = described[name]["props"]


def _by_name(page: gr.Blocks) -> dict[str, dict[str, Any]]:
    entries: list[Any] = page.config["components"]
    return {entry["props"]["elem_id"]: entry for entry in entries if entry["props"].get("elem_id")}
