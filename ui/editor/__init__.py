"""The caption as text, and the list of what is wrong with it."""

from __future__ import annotations

from ui.editor.component import CaptionEditor, IssueList

__all__ = ["CaptionEditor", "IssueList"]
