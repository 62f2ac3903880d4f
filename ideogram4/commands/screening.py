"""A wish for screening is never passed over in silence.

Hive moderation is not part of this version. Whoever hands over a key expects pictures to be
screened, so with a key the answer is no, rather than a picture that nobody looked at.
"""

from __future__ import annotations

from ideogram4.errors import RequestError
from ideogram4.settings import Settings


def refuse_what_cannot_be_screened(settings: Settings, *options: tuple[str, str | None]) -> None:
    """Raise RequestError when a Hive key is set or given.

    `options` are (option name, value or None when not given); an empty value counts as a wish too.
    """
    asked = [name for name, value in options if value is not None]
    if settings.hive_text_key:
        asked.append("HIVE_TEXT_MODERATION_KEY")
    if settings.hive_visual_key:
        asked.append("HIVE_VISUAL_MODERATION_KEY")
    if asked:
        raise RequestError(
            f"screening with Hive was asked for ({', '.join(asked)}) and this version cannot do it "
            "yet, so no picture is made",
            hint="To go on without screening, leave out the option or unset the variable.",
        )
