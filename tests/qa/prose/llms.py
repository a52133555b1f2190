"""LLMs of llama-index that a test directs."""

import time
from collections.abc import Callable
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM

__all__ = ["Scripted"]


class Scripted(CustomLLM):
    """Writes what it is told to, some letters at a time; keeps what it was asked.

    Attributes:
        script: The text, or what makes one from the request; what is an exception is raised.
        pause: Seconds before each piece.
    """

    script: str | Callable[[str], str | Exception]
    pause: float = 0.0
    letters: int = 7
    model: str = "scripted-1"
    asked: list[str] = []  # noqa: RUF012  a field of a pydantic model

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name=self.model)

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        self.asked.append(prompt)
        text = self.script if isinstance(self.script, str) else self.script(prompt)

        def pieces() -> CompletionResponseGen:
            if isinstance(text, Exception):
                raise text
            for start in range(0, len(text), self.letters):
                time.sleep(self.pause)
                piece = text[start : start + self.letters]
                yield CompletionResponse(text=text[: start + self.letters], delta=piece)

        return pieces()
