"""Find, fetch, check and load model weights.

`resolve_model` turns a name into a folder and `describe_folder` says what a folder holds. Loading
into modules is `ideogram4.weights.assemble.load_into`, apart because it needs torch.
"""

from __future__ import annotations

from ideogram4.weights.describe import ComponentDescription, FolderDescription, describe_folder
from ideogram4.weights.hub import resolve_model

__all__ = ["ComponentDescription", "FolderDescription", "describe_folder", "resolve_model"]
