"""`GalleryPanel`: finished pictures, newest first, and the way back from one to its caption.

The browser remembers ids only, and the server looks each of them up (`ui.store`). The gallery is
given files, because Gradio keeps a PNG's text only in files it does not encode itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from ui.gallery.first import FirstCaptions
from ui.serving import cached
from ui.store import Picture

EMPTY = (
    "**Nothing here yet.** Every picture you make lands here, newest first. Its caption, seed and "
    "settings travel inside the PNG: choose a picture to bring all of them back."
)
CHOOSE = "Choose a picture to use its caption and settings again."
MOST = 60  # pictures shown and remembered; the folder keeps all


class GalleryPanel:
    """Made inside a `gr.Blocks`; the attributes are the components.

    `captions` and `words` are what it shows while it is empty.
    """

    def __init__(self, captions: list[dict[str, str]], words: str) -> None:
        # The secret only keeps the value readable after a restart. Ids are no secrets of the page:
        # each has 64 random bits, and a made-up one is refused.
        self.ids = gr.BrowserState([], storage_key="ideogram4-pictures", secret="ideogram4-studio")
        self.chosen = gr.State("")
        with gr.Column(elem_id="gallery-panel"):
            with gr.Row(elem_id="gallery-head"):
                gr.Markdown("## Gallery", elem_id="gallery-title")
                self.recall = gr.Button(
                    "Use its caption and settings", elem_id="recall", size="sm", interactive=False
                )
            self.note = gr.Markdown(EMPTY, elem_id="gallery-note")
            self.first = FirstCaptions(captions, words=words)
            self.gallery = gr.Gallery(
                label="Gallery",
                show_label=False,
                elem_id="gallery",
                interactive=False,
                allow_preview=False,  # a chosen picture is shown large in the preview panel
                height="auto",
                object_fit="cover",
                fit_columns=False,
                container=False,
                buttons=[],
            )


def thumbnails(pictures: Sequence[Picture]) -> list[tuple[str, str]]:
    """What `gr.Gallery` takes: a file it may serve, and a line to show beneath."""
    return [(cached(picture.path), f"seed {picture.record.seed}") for picture in pictures]
