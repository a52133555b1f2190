"""The whole way out, top to bottom."""

import re
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ingest.archive import Archive
from ingest.errors import InputError
from ingest.filters import ALL_ARTICLES, Filters
from qa.answer import ask_back, compose
from qa.asked_dates import dates_asked
from qa.choose import Scored, choose
from qa.citing import article_ref
from qa.clarify import readings
from qa.followups import StandAlone, resolve
from qa.hidden import hidden_by, outside
from qa.question import form_of
from qa.reader import Reader
from qa.reading import promising
from qa.retrieve import Candidate, retrieve, worth_reading
from qa.types import Answer, ArticleRef, DatesAsked, Hidden, ReaderName, Searched, Seconds, Span, Turn

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine

__all__ = ["MAX_QUESTION_CHARACTERS", "PASSAGES_READ", "Assistant", "Trace"]

MAX_QUESTION_CHARACTERS = 2000
# The right passage is among the first 12 for 94% of train questions, among the first 5 for 92%
# (`python -m eval.tune fusion`); reading one takes about 13 ms on 2 cores. Fewer are read where some stand out
# (qa/retrieve.py).
PASSAGES_READ = 12
# Above this nothing can be surer by the margin that counts (qa/hidden.py), and nothing is looked for.
_SURE = 0.85


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer and how it came about: what an evaluation needs to say where one was lost.

    Attributes:
        alone: The question as it was searched for and read.
        candidates: The passages that were read, best first.
        scored: Every span with its probability, best first.
        answer: The answer.
    """

    alone: StandAlone
    candidates: tuple[Candidate, ...]
    scored: tuple[Scored, ...]
    answer: Answer


class Assistant:
    """Answers questions from an archive. Safe for threads."""

    def __init__(self, archive: Archive, reader: Reader | ReaderName = "careful") -> None:
        """Use an open archive, and one of the two shipped readers or another one.

        Raises:
            ModelError: The reader is damaged.
        """
        self.archive = archive
        self.reader = Reader.load(reader) if isinstance(reader, str) else reader
        self._readers = {self.reader.name: self.reader}
        self._loading = threading.Lock()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
    ) -> Answer:
        """Answer a question from the articles.

        Args:
            question: At most 2,000 characters, with a word in them.
            history: The turns of the chat before it, oldest first.
            filters: The articles to answer from.
            now: The day from which 'last March' is counted; None for today.
            reader: Which of the two shipped readers reads; None for the assistant's own.

        Returns:
            The answer; that the articles do not say is one, too.

        Raises:
            InputError: The question is empty, without a word, or too long.
            ArchiveError: The archive cannot be read.
            ModelError: Its encoder or the reader cannot be loaded.
        """
        return self.trace(question, history, filters=filters, now=now, reader=reader).answer

    def _reader(self, wanted: ReaderName | None) -> Reader:
        """Return the reader that is wanted, loaded when it is first; its own where none is."""
        if wanted is None:
            return self.reader
        with self._loading:
            if wanted not in self._readers:
                self._readers[wanted] = Reader.load(wanted)
            return self._readers[wanted]

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
    ) -> Generator[Searched | Answer, None, None]:
        """Answer as `ask` does, in two steps: yield what is about to be read, then the answer.

        Of a question that takes 100 ms the first comes after about 25. Who stops after it saves the reading. Raises
        what `ask` raises, when the first is asked for.
        """
        for step in self._steps(question, history, filters, now, self._reader(reader)):
            yield step.answer if isinstance(step, Trace) else step

    def trace(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
    ) -> Trace:
        """Answer as `ask` does, and return every step with the answer. Raises what `ask` raises."""
        *_, last = self._steps(question, history, filters, now, self._reader(reader))
        assert isinstance(last, Trace)
        return last

    def _steps(
        self, question: str, history: Sequence[Turn], filters: Filters, now: date | None, reader: Reader
    ) -> Iterator[Searched | Trace]:
        question = _whole(question)
        _check(question)
        history = [Turn(_whole(turn.question), _whole(turn.answer or "") or None) for turn in history]
        started = time.perf_counter()
        alone = resolve(question, history, self.archive, now)
        found = _on_topic(retrieve(self.archive, alone.asked, PASSAGES_READ, filters), alone.topic)
        # A summary is made of the sentences of all that was found.
        candidates = found if form_of(alone.to_read) == "summary" else worth_reading(found)
        retrieved = time.perf_counter()
        yield Searched(alone.asked, self._articles(candidates), retrieved - started)
        resumed = time.perf_counter()
        candidates, read = self._read(reader, alone.to_read, candidates)
        dates = dates_asked(alone.to_read, now or date.today())
        scored = choose(reader.name, alone, candidates, read, dates, self._published(candidates) if dates else {})
        reading = time.perf_counter() - resumed
        seconds = Seconds(retrieved - started, reading, retrieved - started + reading)
        if unclear := readings(question, history, scored, self.archive.article):
            asked_back = ask_back(question, alone, unclear, seconds, dates)
            yield Trace(alone, tuple(candidates), tuple(scored), asked_back)
            return
        answer = compose(
            question,
            alone,
            scored,
            found,
            self.archive.article,
            seconds,
            mentioned=lambda word: bool(self.archive.keyword([word], 1)),
            dates=dates,
            filtered=bool(filters),
        )
        if filters and answer.confidence <= _SURE:
            answer = replace(answer, hidden=self._hidden(answer, alone, filters, dates, reader))
        yield Trace(alone, tuple(candidates), tuple(scored), answer)

    def _read(
        self, reader: Reader, question: str, candidates: Sequence[Candidate]
    ) -> tuple[Sequence[Candidate], list[list[Span]]]:
        """Return the candidates that were read, and the spans of each."""
        if reader.name == "careful":
            candidates = promising(self._reader("fast"), question, candidates)
        return candidates, reader.read(question, [candidate.passage for candidate in candidates])

    def _articles(self, candidates: Sequence[Candidate]) -> tuple[ArticleRef, ...]:
        """Return the articles of the candidates, each once, in their order."""
        ids = dict.fromkeys(candidate.passage.article_id for candidate in candidates)
        return tuple(article_ref(article) for id_ in ids if (article := self.archive.article(id_)))

    def _hidden(
        self, answer: Answer, alone: StandAlone, filters: Filters, dates: DatesAsked | None, reader: Reader
    ) -> Hidden | None:
        """Return what the filters kept from being said, if it is surer than the answer."""
        beyond = outside(self.archive, alone.asked, filters)
        near, read = self._read(reader, alone.to_read, beyond)
        scored = choose(reader.name, alone, near, read, dates, self._published(near))
        return hidden_by(answer, scored, self.archive.article)

    def _published(self, candidates: Sequence[Candidate]) -> dict[str, str | None]:
        """Return the publication dates of the candidates' articles, by id."""
        articles = (self.archive.article(id_) for id_ in {candidate.passage.article_id for candidate in candidates})
        return {article.id: article.published for article in articles if article}

    def as_query_engine(self) -> "BaseQueryEngine":
        """Return a llama-index query engine over `ask`, with source nodes; it needs no LLM."""
        from qa.llamaindex import ArchiveQueryEngine

        return ArchiveQueryEngine(self)


def _on_topic(candidates: Sequence[Candidate], topic: str | None) -> Sequence[Candidate]:
    """Keep the passages of the article whose title stands in brackets after the question, if there are any."""
    own = [c for c in candidates if topic and c.passage.title.casefold().startswith(topic.casefold())]
    return own or candidates


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
