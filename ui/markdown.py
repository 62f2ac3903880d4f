"""Words of other people in Gradio's Markdown fields: shown as they are, never markup or a link.

What it is not: for panels of our own; they set text as text.
"""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """`text` with every sign escaped that would become markup, a formula, or a link."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$&:.@-])", r"\\\1", text)


def code(text: str) -> str:
    """`text` as a name in typewriter letters, on one line."""
    return f"`{' '.join(text.replace('`', '').split())}`"
