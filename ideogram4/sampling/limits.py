"""The rules for what a person may ask of the sampler: size, seed, steps, number of pictures.

They are enforced here, before a model is loaded or a job is queued; a slider in a page is a
convenience and never the check. No torch: the studio and the command line read this at start.
It is not about captions (ideogram4.caption) nor about what fits on a card (ideogram4.pipeline).
"""

from __future__ import annotations

from dataclasses import dataclass

from ideogram4.errors import RequestError

MAX_SEED = 2**63 - 1
MAX_STEPS = 200
MAX_IMAGES = 8


@dataclass(frozen=True)
class SizeLimits:
    """Which picture sizes a model draws, in pixels. A checkpoint's config may be narrower."""

    minimum: int = 256
    maximum: int = 2048
    multiple: int = 16
    max_ratio: float = 6.0

    def check(self, width: int, height: int) -> None:
        """Raise RequestError unless both sides are legal and the ratio is within the limit."""
        for name, value in (("width", width), ("height", height)):
            self._check_side(name, value)
        longer, shorter = max(width, height), min(width, height)
        if longer > shorter * self.max_ratio:
            raise RequestError(
                f"{width} × {height} is a ratio of {longer / shorter:.3g}:1; "
                f"the limit is {self.max_ratio:g}:1",
                hint=f"With {longer} on the long side, the short side is at least "
                f"{self._shortest_beside(longer)}.",
            )

    def nearest(self, value: float) -> int:
        """Return the legal side length nearest to `value` (a tie goes to the larger)."""
        steps = int(value / self.multiple + 0.5)
        return min(max(steps * self.multiple, self._lowest()), self._highest())

    def _check_side(self, name: str, value: int) -> None:
        require_int(name, value)
        if not self.minimum <= value <= self.maximum:
            raise RequestError(
                f"{name} {_shown(value)} is outside {self.minimum} to {self.maximum}; "
                f"nearest is {self.nearest(_bounded(value, self.maximum))}"
            )
        if value % self.multiple:
            below = value - value % self.multiple
            near = [n for n in (below, below + self.multiple) if self.minimum <= n <= self.maximum]
            verb = "nearest are" if len(near) > 1 else "nearest is"
            raise RequestError(
                f"{name} {value} is not a multiple of {self.multiple}; "
                f"{verb} {' and '.join(map(str, near))}"
            )

    def _lowest(self) -> int:
        return -(-self.minimum // self.multiple) * self.multiple

    def _highest(self) -> int:
        return self.maximum // self.multiple * self.multiple

    def _shortest_beside(self, longer: int) -> int:
        needed = longer / self.max_ratio
        side = max(self.nearest(needed), self._lowest())
        return side if side >= needed else side + self.multiple


def check_seed(seed: int) -> None:
    """Raise RequestError unless `seed` is a whole number a generator takes (0 to 2**63 - 1)."""
    _check_range("seed", seed, 0, MAX_SEED, hint="Leave the seed out to have a fresh one drawn.")


def check_steps(num_steps: int) -> None:
    """Raise RequestError unless the number of denoising steps is 1 to 200."""
    _check_range("num_steps", num_steps, 1, MAX_STEPS)


def check_num_images(num_images: int) -> None:
    """Raise RequestError unless the number of pictures is 1 to 8."""
    _check_range("num_images", num_images, 1, MAX_IMAGES)


def require_int(name: str, value: object) -> None:
    """Raise RequestError unless `value` is an int. A bool is not: `True` steps is a mistake."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise RequestError(f"{name} must be a whole number, not {_shown(value)}")


def _check_range(name: str, value: int, low: int, high: int, hint: str = "") -> None:
    require_int(name, value)
    if not low <= value <= high:
        raise RequestError(f"{name} {_shown(value)} is outside {low} to {high}", hint=hint)


def _bounded(value: int, maximum: int) -> int:
    # A 5,000-digit integer must not reach a float division.
    return max(0, min(value, maximum))


def _shown(value: object) -> str:
    """Return `value` short enough for a message; a huge integer raises when turned into text."""
    if isinstance(value, int) and value.bit_length() > 128:
        return "a number of more than 38 digits"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
