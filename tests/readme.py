"""The README and the guides as data: fenced blocks with the marker above each, generated tables.

`python -m tests.readme` writes the tables anew, in all of them. The marker of a block is a comment
on the line before it: `<!-- tested: run -->`, `<!-- tested: run on -->` where it goes on from the
block before it, or `<!-- tested: read; why it is not run -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ideogram4.caption import load_schema
from ideogram4.settings import VARIABLES, Settings
from tests.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(
    r"^(?:<!-- tested: (?P<marker>.*?) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- table end -->)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; `marker` is "" where there is none."""

    language: str
    code: str
    marker: str

    def commands(self) -> Iterator[str]:
        """The commands of a shell block, continued lines joined, comments left out."""
        for line in self.code.replace("\\\n", " ").splitlines():
            command = line.partition(" #")[0].strip()
            if command and not command.startswith("#"):
                yield command


def blocks(text: str) -> list[Block]:
    """Every fenced block of a Markdown text; one that goes on is part of the block before it."""
    found: list[Block] = []
    for match in BLOCK.finditer(text):
        block = Block(match["language"], match["code"], match["marker"] or "")
        if block.marker == "run on":
            before = found.pop()
            assert (before.marker, before.language) == ("run", block.language), block.code
            block = replace(before, code=f"{before.code}\n{block.code}")
        found.append(block)
    return found


def with_tables(text: str) -> str:
    """The text with each marked table written anew."""
    tables = {"caption": caption_table, "environment": environment_table, **TABLES}
    return TABLE.sub(lambda found: found[1] + tables[found[2]]() + "\n" + found[3], text)


def caption_table() -> str:
    """Every key of the caption, in trained order, from the schema."""
    rows = ["| key | needed | what it is |", "|---|---|---|"]
    rows += [f"| `{path}` | {needed} | {what} |" for path, needed, what in _keys(load_schema())]
    return "\n".join(rows)


def environment_table() -> str:
    """Every variable, from the settings."""
    rows = ["| variable | what it is | default |", "|---|---|---|"]
    for variable in VARIABLES:
        default = getattr(Settings(), variable.attribute)
        shown = f"`{default}`" if default not in (None, False) else ""
        rows.append(f"| `{variable.name}` | {variable.help} | {shown} |")
    return "\n".join(rows)


def _keys(schema: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    def walk(node: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
        node = _resolved(schema, node)
        if "items" in node and "properties" in _resolved(schema, node["items"]):
            yield from walk(node["items"], path + "[]")
        for key, child in node.get("properties", {}).items():
            place = f"{path}.{key}" if path else key
            needed = "yes" if key in node.get("required", ()) else ""
            yield place, needed, _description(schema, child)
            yield from walk(child, place)

    return walk(schema, "")


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node


def _description(schema: dict[str, Any], node: dict[str, Any]) -> str:
    text = node.get("description") or _resolved(schema, node).get("description", "")
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    for page in (README, *GUIDES):
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
