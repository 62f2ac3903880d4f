"""LoRA files: read whatever a known writer made, lay it beside a transformer's linear layers.

`names` understands keys, `file` reads and checks a file against a model's layers, `attach` puts the
side branches in and takes them out. Nothing that a file holds is passed over silently.
"""

from __future__ import annotations

from ideogram4.weights.lora.spec import BRANCHES, LoraReport, LoraSpec

__all__ = ["BRANCHES", "LoraReport", "LoraSpec"]
