"""What a picture knows about itself: the caption, what the model read, and every setting.

The record lies inside the PNG, one readable text entry a field, so a picture that has been mailed
or moved can still be made again. It is not the picture's name or place: that is the store's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from ideogram4.errors import RequestError

LARGEST = 2**64 - 1  # what a page can be told as a number
OPTIONAL = frozenset({"run", "parent", "sampling", "label", "blocked", "colours", "commit"})


@dataclass(frozen=True)
class PictureRecord:
    """One picture's story. `caption` is the person's JSON, `prompt` what the model read.

    `run` is the same for all pictures of one press of Generate, `parent` the run whose caption this
    one came from. `sampling` is JSON of what was set beside the preset, `label` words on a contact
    sheet, `blocked` "yes" for a grey card, `colours` the picture's main colours,
    `commit` the weights' own on the hub. Older pictures have none of these seven.
    """

    caption: str
    prompt: str
    seed: int
    width: int
    height: int
    preset: str
    steps: int
    weights: str
    licence: str
    version: str
    image: int = 1
    images: int = 1
    run: str = ""
    parent: str = ""
    sampling: str = ""
    label: str = ""
    blocked: str = ""
    colours: str = ""
    commit: str = ""

    @property
    def size(self) -> str:
        """The size as the page shows and reads it."""
        return f"{self.width} × {self.height}"

    def to_metadata(self) -> dict[str, object]:
        """The PNG's text entries, keyword to value."""
        kept = {k: v for k, v in asdict(self).items() if v != "" or k not in OPTIONAL}
        return {"Software": f"ideogram4 {self.version}", **kept}

    @classmethod
    def from_metadata(cls, entries: Mapping[str, str]) -> PictureRecord:
        """Read a record back; raises RequestError naming the entry that is missing or wrong."""
        values: dict[str, str | int] = {}
        for field in fields(cls):
            if field.name not in entries and field.name in OPTIONAL:
                continue
            if field.name not in entries:
                raise RequestError(
                    f"this picture does not say its {field.name}",
                    hint="Only pictures made here, and not edited since, can be used again.",
                )
            text = entries[field.name]
            values[field.name] = _whole(field.name, text) if field.type == "int" else text
        return cls(**values)  # type: ignore[arg-type]  # the types come from the fields


def _whole(name: str, text: str) -> int:
    # isdecimal takes other scripts' digits too, and int() reads them; the length keeps it fast.
    if not text.isdecimal() or len(text) > 20 or int(text) > LARGEST:
        raise RequestError(f"the picture's {name} is {text[:40]!r}, which is not a whole number")
    return int(text)
