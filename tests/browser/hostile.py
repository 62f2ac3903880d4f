"""Words that would like to be code, and how a test sees that they stayed words."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

# Each fits the 60 letters that a list shows of a name.
WORDS = (
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=2</script>",
    "</textarea></title></style><svg onload='window.hacked=3'>",
    "${window.hacked=4} {{value}} {{window.hacked=5}} `${5 off",
    "\"><a href='javascript:window.hacked=6'>[x](javascript:y)</a>",
    "&lt;b&gt; **bold** $$x$$ &#x3c;i>",
    "\u202egnp.exe \u2066 \u05e9\u05dc\u05d5\u05dd",
    "nul\0byte",
)
ALL = " ".join(WORDS)
# File systems and browsers keep some letters out of names.
FILE_NAMES = tuple(word.replace("/", "_") for word in WORDS if "\0" not in word)
LONG = "W" * 10_000

BECAME_MARKUP = """() => [...document.querySelectorAll("*")]
  .filter((node) => node.matches("a[href^='javascript:'], [src='x']")
    || [...node.attributes].some(({ name }) => name.startsWith("on")))
  .map((node) => node.outerHTML.slice(0, 200))"""


def unharmed(page: Page) -> None:
    """No script ran and no markup was made; the fixture fails on errors and dialogs."""
    assert page.evaluate("window.hacked") is None
    assert page.evaluate(BECAME_MARKUP) == []


def shows(where: Locator, words: str) -> None:
    """The words are there letter by letter; Playwright's own look passes over some letters."""
    expect(where).to_contain_text(words)
    assert words in where.evaluate("(node) => node.textContent")


def holds(field: Locator, words: str) -> None:
    """The same for a field that can be typed in."""
    expect(field).to_have_value(words)
    assert field.evaluate("(node) => node.value") == words
