"""Which step is missing between a person and gated weights, and all the steps in order.

The hub says it in a status, a code and a sentence. The sentence is only searched for known words:
it is never repeated, because a server could put anything into it.
"""

from __future__ import annotations

from ideogram4.errors import GatedModelError

TOKENS_PAGE = "https://huggingface.co/settings/tokens"
# Words of the hub's sentences, and the step they speak of.
_WORDS = (
    ("awaiting a review", "pending"),
    ("rejected", "rejected"),
    ("fine-grained", "scope"),
    ("invalid credentials", "refused"),
    ("invalid username or password", "refused"),
    ("expired", "refused"),
)
_PROBLEMS = {
    "token": (
        "{repo} is behind a licence, and no Hugging Face token is here to show who accepted it",
        "Steps 2 and 3 are missing, and step 1 if you have not done it.",
    ),
    "refused": (
        "the hub does not accept this Hugging Face token, so {repo} and its licence stay closed",
        "Step 2 has to be done again: the token is mistyped, expired or deleted.",
    ),
    "licence": (
        "the licence of {repo} has not been accepted with this login",
        "Step 1 is missing. Accept it with the account that the token belongs to.",
    ),
    "pending": (
        "the licence of {repo} is accepted, and its owners have yet to let this account in",
        "Step 1 is done and waits for them; its page says when they have answered.",
    ),
    "rejected": (
        "the owners of {repo} have turned down this account's request, licence accepted or not",
        "Step 1 ended in a no, which only they can change.",
    ),
    "scope": (
        "this Hugging Face token may not read gated models, so {repo} stays closed, whatever "
        "licence is accepted",
        "Step 2 has to be done again with a token of type Read (a fine-grained one needs access to "
        "public gated repositories).",
    ),
    "unclear": (
        "the hub does not show {repo} to this login: the licence is not accepted, the token is "
        "missing or wrong, or the name is misspelt",
        "",
    ),
}


def licence_page(repo: str) -> str:
    """Where the licence of a model is accepted."""
    return f"https://huggingface.co/{repo}"


def missing_step(status: int, code: str, sentence: str, *, with_token: bool) -> str:
    """Name the missing step: a key of the messages above.

    status, code, sentence: of the reply (X-Error-Code, X-Error-Message).
    """
    said = sentence.lower()
    for words, step in _WORDS:
        if words in said:
            return step
    if code != "GatedRepo":
        # The hub answers a stranger the same for a private, a gated and a misspelt model.
        return "unclear"
    if not with_token:
        return "token"
    return "refused" if status == 401 else "licence"


def gated(repo: str, step: str, *, status: int | None = None) -> GatedModelError:
    """The error for one missing step; its hint lists all of them."""
    message, advice = _PROBLEMS[step]
    answered = f" (it answered {status})" if status else ""
    steps = (
        advice,
        f"1. Open {licence_page(repo)} and accept the licence there.",
        f"2. Make a token of type Read at {TOKENS_PAGE}.",
        "3. Run `hf auth login` and paste it, or set HF_TOKEN to it.",
    )
    return GatedModelError(
        message.format(repo=repo) + answered, hint="\n".join(filter(None, steps)), step=step
    )
