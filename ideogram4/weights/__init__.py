"""Find, fetch, check and load model weights.

`resolve_model` turns a name into a folder, `plan_download` says what that would download, and
`describe_folder` says what a folder holds. Loading
into modules is `ideogram4.weights.assemble.load_into`, apart because it needs torch.
"""

from __future__ import annotations

from ideogram4.weights.describe import ComponentDescription, FolderDescription, describe_folder
from ideogram4.weights.download_plan import DownloadPlan
from ideogram4.weights.hub import plan_download, resolve_model

__all__ = [
    "ComponentDescription",
    "DownloadPlan",
    "FolderDescription",
    "describe_folder",
    "plan_download",
    "resolve_model",
]
