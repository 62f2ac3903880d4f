"""What a person asked for, checked: words from a page or an API become one `GenerateRequest`.

Everything is checked here, on the server, before a job stands in line; sliders and lists in the
page are a convenience. It does not know the model: the limits come from whoever calls.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ideogram4.caption import Caption, parse_caption
from ideogram4.errors import CaptionError, RequestError
from ideogram4.sampling.limits import MAX_STEPS, SizeLimits, check_num_images, check_seed
from ideogram4.sampling.plan import plan_sampling
from ideogram4.sampling.presets import get_preset
from ideogram4.weights.lora import LoraSpec
from ui.service.loras import LoraWish, read_loras

SIZE = re.compile(r"\s*(\d{1,6})\s*[x×*]\s*(\d{1,6})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class GenerateRequest:
    """One checked wish. `seed` None draws a fresh one; `num_steps`, `guidance_schedule` (a weight a
    step, first step first), `mu` and `std` None take the preset's. `specs` are the files of
    `loras`, which whoever knows the folder fills in.

    For the picture's record: `run` is one id for all pictures of one press of Generate, `parent`
    the run whose caption this caption came from, `label` what a contact sheet writes below it.
    """

    caption: Caption
    width: int
    height: int
    preset: str
    seed: int | None = None
    num_images: int = 1
    num_steps: int | None = None
    guidance_schedule: tuple[float, ...] | None = None
    mu: float | None = None
    std: float | None = None
    loras: tuple[LoraWish, ...] = ()
    specs: tuple[LoraSpec, ...] = ()
    run: str = ""
    parent: str = ""
    label: str = ""

    @classmethod
    def checked(
        cls,
        caption: object,
        *,
        width: object,
        height: object,
        preset: object,
        limits: SizeLimits,
        seed: object = None,
        num_images: object = 1,
        num_steps: object = None,
        guidance_schedule: object = None,
        mu: object = None,
        std: object = None,
        loras: object = None,
        run: object = "",
        parent: object = "",
        label: object = "",
    ) -> GenerateRequest:
        """Make a request of anything at all; raises CaptionError or RequestError.

        Numbers may come as text. An empty seed or number of steps means "choose for me".
        """
        wish = cls(
            caption=read_caption(caption),
            width=whole_number("width", width),
            height=whole_number("height", height),
            preset=get_preset(str(preset)).name,
            seed=optional_number("seed", seed),
            num_images=whole_number("number of pictures", num_images),
            num_steps=optional_number("number of steps", num_steps),
            guidance_schedule=None if guidance_schedule is None else weights(guidance_schedule),
            mu=optional_real("mu", mu),
            std=optional_real("std", std),
            loras=read_loras(loras),
            run=str(run),
            parent=str(parent),
            label=str(label),
        )
        limits.check(wish.width, wish.height)
        check_num_images(wish.num_images)
        if wish.seed is not None:
            check_seed(wish.seed)
        # The sampler's own rules, before anything stands in line; the numbers are made again later.
        plan_sampling(
            height=wish.height,
            width=wish.width,
            preset=wish.preset,
            num_steps=wish.num_steps,
            guidance_schedule=wish.guidance_schedule,
            mu=wish.mu,
            std=wish.std,
        )
        return wish


def read_caption(text: object) -> Caption:
    """The caption in `text`; raises CaptionError naming the first problem and its line."""
    if isinstance(text, Caption):
        return text
    if not isinstance(text, (str, bytes)):
        raise CaptionError("the caption must be JSON text")
    result = parse_caption(text)
    if result.ok and result.caption is not None:
        return result.caption
    errors = [issue for issue in result.issues if issue.severity == "error"]
    if not errors:
        raise CaptionError("the text is not a caption")
    first = errors[0]
    where = f"Line {first.line}: " if first.line else ""
    count = len(errors) - 1
    others = "is 1 more problem" if count == 1 else f"are {count} more problems"
    more = f" There {others}." if count else ""
    raise CaptionError(
        f"The caption cannot be drawn yet. {where}{first.message}{more}",
        issues=result.issues,
        hint="The list of issues on the page has every problem; programs get it from /check.",
    )


def read_size(text: object) -> tuple[int, int]:
    """(width, height) from words like "320 × 208"; raises RequestError."""
    found = SIZE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise RequestError(
            f"the size {_shown(text)} is not width × height",
            hint="Write it like 320 × 208, in pixels.",
        )
    return int(found[1]), int(found[2])


def optional_number(name: str, value: object) -> int | None:
    """A whole number, or None for nothing: None, an empty or a blank text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return whole_number(name, value)


def weights(value: object) -> tuple[float, ...]:
    """The numbers of a list, of any length and size yet; raises RequestError."""
    if not isinstance(value, (list, tuple)):
        raise RequestError("guidance_schedule must be a list of numbers, one a step")
    if len(value) > MAX_STEPS:
        raise RequestError(
            f"guidance_schedule has {len(value)} weights; there are at most {MAX_STEPS} steps"
        )
    return tuple(_real(f"guidance_schedule[{n}]", item) for n, item in enumerate(value))


def optional_real(name: str, value: object) -> float | None:
    """A number, or None for nothing: None, an empty or a blank text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _real(name, value)


def _real(name: str, value: object) -> float:
    """`value` as a float, which may still be too large or no number at all (NaN)."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 or value != value else math.inf
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,12}(\.\d{0,12})?\s*", value, re.ASCII):
        return float(value)
    raise RequestError(f"{name} {_shown(value)} is not a number")


def whole_number(name: str, value: object) -> int:
    """`value` as an int; raises RequestError. True is not 1, and 7.5 is not 7."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str):
        digits = value.strip()
        # int() also reads other scripts' digits and underscores, and is slow on very long texts.
        if re.fullmatch(r"-?\d{1,30}", digits, re.ASCII):
            return int(digits)
    raise RequestError(f"the {name} {_shown(value)} is not a whole number")


def _shown(value: object) -> str:
    text = repr(value[:40] if isinstance(value, str) else value)
    return text if len(text) <= 40 else text[:37] + "..."
