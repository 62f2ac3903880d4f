"""What may not go unscreened: who asked for screening, and who serves the real weights to others.

Hive moderation is not part of this version. Whoever hands over a key expects pictures to be
screened, so with a key the answer is no, rather than a picture that nobody looked at. And the real
weights' licence expects screening from anyone who serves them, so beyond this machine they are not
served, unless the owner says so. The demo's weights draw flat shapes and need none.
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


def refuse_unscreened_guests(model: str, *, unmoderated: bool = False, on_space: bool) -> None:
    """Raise RequestError: others could open a studio with `model`, whose weights are not the demo.

    The one place to open once moderation is built. `unmoderated`: the owner answers for what is
    drawn, which on a Space nobody can say, because it may be public and nothing in it tells.
    """
    if unmoderated and not on_space:
        return
    where = "A Space" if on_space else "The studio"
    ways = ["set IDEOGRAM4_MODEL=demo"]
    if on_space:
        ways.append("run it on a machine of your own")
    else:
        ways.append("let it listen on this machine alone (127.0.0.1, and no GRADIO_ROOT_PATH)")
        ways.append("answer for its pictures yourself: ideogram4 serve --unmoderated")
    raise RequestError(
        f"{where} with {model} would be open to others, and the licence of the real weights "
        "expects that what they ask for and get is screened. Moderation is not built in this "
        "version, with or without Hive keys, so it does not start",
        hint="\n".join(["Choose one:", *(f"- {way}" for way in ways)]),
    )
