"""The studio's looks: a quiet Gradio theme on the system's own fonts, and the page's stylesheet.

No font is fetched: a request to a font service would leave the page. What it is not: the place for
a panel's own style, which lies beside the panel.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STYLESHEET = Path(__file__).with_name("theme.css")
SANS = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "DejaVu Sans Mono", "monospace"]


def theme() -> gr.themes.Base:
    """A fresh theme; Gradio changes the object it is given."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.indigo,
        neutral_hue=gr.themes.colors.slate,
        text_size=gr.themes.sizes.text_sm,
        spacing_size=gr.themes.sizes.spacing_sm,
        radius_size=gr.themes.sizes.radius_md,
        font=SANS,
        font_mono=MONO,
    ).set(
        # The theme's own grey is too faint to read (2.5 : 1); this is 5.6 : 1 on the panels.
        body_text_color_subdued="#586579",
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="white",
    )


def css() -> str:
    """The page's stylesheet."""
    return STYLESHEET.read_text(encoding="utf-8")
