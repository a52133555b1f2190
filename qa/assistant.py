"""The whole way out, top to bottom."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ingest.archive import Archive
from ingest.errors import InputError
from ingest.filters import ALL_ARTICLES, Filters
from qa.answer import compose
from qa.choose import Scored, choose
from qa.followups import resolve
from qa.question import form_of
from qa.reader import Reader
from qa.retrieve import Candidate, retrieve
from qa.types import Answer, Seconds, Turn

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine

__all__ = ["MAX_QUESTION_CHARACTERS", "PASSAGES_READ", "Assistant", "Trace"]

MAX_QUESTION_CHARACTERS = 2000
# The right passage is among the first 12 for 94% of train questions, among the first 5 for 92%
# (`python -m eval.tune fusion`); reading one takes about 15 ms on 2 cores.
PASSAGES_READ = 12


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer and how it came about: what an evaluation needs to say where one was lost.

    Attributes:
        candidates: The passages that were read, best first.
        scored: Every span with its probability, best first.
        answer: The answer.
    """

    candidates: tuple[Candidate, ...]
    scored: tuple[Scored, ...]
    answer: Answer


class Assistant:
    """Answers questions from an archive. Safe for threads."""

    def __init__(self, archive: Archive, reader: Reader | None = None) -> None:
        """Use an open archive, and a reader other than the shipped one if given.

        Raises:
            ModelError: The shipped reader is damaged.
        """
        self.archive = archive
        self.reader = reader or Reader.load()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
    ) -> Answer:
        """Answer a question from the articles.

        Args:
            question: At most 2,000 characters, with a word in them.
            history: The turns of the chat before it, oldest first.
            filters: The articles to answer from.
            now: The day from which 'last March' is counted; None for today.

        Returns:
            The answer; that the articles do not say is one, too.

        Raises:
            InputError: The question is empty, without a word, or too long.
            ArchiveError: The archive cannot be read.
            ModelError: Its encoder cannot be loaded.
        """
        return self.trace(question, history, filters=filters, now=now).answer

    def trace(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
    ) -> Trace:
        """Answer as `ask` does, and return every step with the answer. Raises what `ask` raises."""
        question = _whole(question)
        _check(question)
        history = [Turn(_whole(turn.question), _whole(turn.answer or "") or None) for turn in history]
        started = time.perf_counter()
        alone = resolve(question, history, self.archive)
        candidates = retrieve(self.archive, alone.asked, PASSAGES_READ, filters)
        retrieved = time.perf_counter()
        readings = self.reader.read(alone.to_read, [candidate.passage for candidate in candidates])
        scored = choose(alone, candidates, readings)
        finished = time.perf_counter()
        seconds = Seconds(retrieved - started, finished - retrieved, finished - started)
        answer = compose(
            question, alone.asked, scored, candidates, self.archive.article, seconds, form_of(alone.to_read)
        )
        return Trace(tuple(candidates), tuple(scored), answer)

    def as_query_engine(self) -> "BaseQueryEngine":
        """Return a llama-index query engine over `ask`, with source nodes; it needs no LLM."""
        from qa.llamaindex import ArchiveQueryEngine

        return ArchiveQueryEngine(self)


def _whole(text: str) -> str:
    """Return a text without half characters (lone surrogates), which cannot be encoded or stored."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _check(question: str) -> None:
    if not re.search(r"[^\W_]", question):
        raise InputError(f"no question in {question[:40]!r}: ask with words, such as 'who signed the treaty?'")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise InputError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are read: shorten it"
        )
