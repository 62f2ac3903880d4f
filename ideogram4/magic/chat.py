"""`Chat`: any server with an OpenAI-compatible chat endpoint, with our own instructions.

OpenRouter is the preset; llama.cpp, vLLM and Ollama answer in the same form and need no key. The
model is asked for a caption and may answer anything: `expansion` reads and repairs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ideogram4.magic.answers import answer_json, told
from ideogram4.magic.assignment import Assignment
from ideogram4.magic.wording import instruction, request
from ideogram4.transport import Body, Key, NoAnswer, Transport, send

OPENROUTER = "https://openrouter.ai/api/v1"
PATH = "/chat/completions"
SECONDS = 120.0
MODELS = {
    "claude-opus-v1": "anthropic/claude-opus-4.8",
    "claude-sonnet-v1": "anthropic/claude-sonnet-4.6",
}
"""The product document's names of models, and OpenRouter's."""


@dataclass(frozen=True)
class Chat:
    """A chat endpoint. `address` goes up to and without `/chat/completions`."""

    model: str
    key: str | None = field(default=None, repr=False)
    address: str = OPENROUTER
    seconds: float = SECONDS
    max_tokens: int = 4096
    temperature: float = 0.7
    send: Transport = field(default=send, repr=False)

    sends_words = True

    @property
    def name(self) -> str:
        """The host that is asked, which the person chose."""
        return urlsplit(self.address).hostname or self.address

    def write(self, assignment: Assignment) -> Iterator[str]:
        """What the model answers, in one piece."""
        system = instruction(assignment.task, boxes=assignment.boxes)
        yield self.ask(system, request(assignment))

    def ask(self, system: str, content: str | list[dict[str, Any]]) -> str:
        """The answer to one message: a text, or a list of parts with pictures among them.

        Raises ServiceError.
        """
        body = {
            "model": MODELS.get(self.model, self.model),
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": content},
            ],
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
        }
        try:
            reply = self.send(
                self.address + PATH, Key.bearer(self.key), Body(json=body), self.seconds
            )
            return _content(answer_json(reply))
        except NoAnswer as problem:
            failure = told(self.name, problem)
        raise failure


def _content(reply: dict[str, Any]) -> str:
    """`choices[0].message.content`, a text or a list of parts. Raises NoAnswer."""
    choices = reply.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        content = "".join(text for text in texts if isinstance(text, str))
    if not isinstance(content, str) or not content.strip():
        raise NoAnswer("the answer is empty")
    return content
