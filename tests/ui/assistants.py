"""Assistants that a test directs: held up, counted, or with answers of the test's own."""

from collections.abc import Generator
from typing import Any, TypeAlias

from ingest.archive import Archive
from qa.assistant import Assistant
from qa.types import Answer, Searched

__all__ = ["Directed", "Steps"]

Steps: TypeAlias = Generator[Searched | Answer, None, None]


class Directed(Assistant):
    """The real assistant with the fast reader; what it tells of a question goes through `direct`."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive, "fast")

    def direct(self, question: str, steps: Steps) -> Steps:
        """Yield what is told of a question: `steps`, which begin when the first is asked for, or something else."""
        raise NotImplementedError

    def steps(self, question: str, *chat: Any, **wanted: Any) -> Steps:
        return self.direct(question, super().steps(question, *chat, **wanted))
