"""Pictures from anywhere, opened safely: what they claim is judged before they are decoded.

PNG, JPEG and WebP and nothing else, whatever the name says; a picture of more pixels than
`MOST_PIXELS` is refused from its header. What it is not: the reader of a PNG's texts (`png`).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.errors import RequestError
from ideogram4.files import read_limited

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 64_000_000
MOST_BYTES = 32 << 20
LONGEST_SIDE = 30_000


def read_picture_file(path: Path) -> Image:
    """The picture in a file, or on standard input for "-"; see `decoded`."""
    name = "standard input" if str(path) == "-" else str(path)
    return decoded(read_limited(path, MOST_BYTES), name)


def decoded(data: bytes, name: str = "the file") -> Image:
    """The picture in some bytes, upright, its pixels loaded; of a film the first.

    Raises `RequestError` for what is no picture, too large, or cut off; `name` says which.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    if len(data) > MOST_BYTES:
        raise RequestError(
            f"{name} is {len(data) / 1e6:.0f} MB; {MOST_BYTES >> 20} MB is the most for a picture"
        )
    try:
        image = Pillow.open(io.BytesIO(data), formats=FORMATS)
    except Pillow.DecompressionBombError as problem:
        raise _too_large(name) from problem
    except Exception as problem:  # a header can be broken in as many ways as there are formats
        raise RequestError(
            f"{name} is no picture that can be read",
            hint="PNG, JPEG and WebP are; the name of a file does not make it one.",
        ) from problem
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise _too_large(name, image.size)
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
    except Exception as problem:  # as above, and the data behind it
        raise RequestError(
            f"{name} is cut off or damaged, so it cannot be read as a picture",
            hint="Download or export it again.",
        ) from problem
    return upright


def opaque(image: Image) -> Image:
    """RGB; what shines through is white, as pages show it."""
    from PIL import Image as Pillow

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    page = Pillow.new("RGBA", layered.size, (255, 255, 255, 255))
    return Pillow.alpha_composite(page, layered).convert("RGB")


def _too_large(name: str, size: tuple[int, int] | None = None) -> RequestError:
    told = f"{name} has {size[0]} x {size[1]} pixels" if size else f"{name} has too many pixels"
    return RequestError(f"{told}; {MOST_PIXELS:,} is the most", hint="Make it smaller first.")
