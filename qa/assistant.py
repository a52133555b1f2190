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
from qa.answer.abstain import abstain
from qa.answer.aggregate import aggregate
from qa.answer.citations import article_ref
from qa.answer.clarify import ask_back, readings
from qa.answer.compose import compose
from qa.answer.hidden import hidden_by, outside
from qa.prose.followup import rephrased
from qa.prose.support import Support
from qa.prose.write import put_into_prose
from qa.prose.writer import Writer
from qa.question.parse import Question, understand
from qa.read.evidence import Evidence
from qa.read.promising import mark
from qa.read.reader import Reader
from qa.read.score import rank
from qa.retrieve.hybrid import Candidate, on_topic, retrieve, worth_reading
from qa.types import Answer, ArticleRef, Hidden, ReaderName, Searched, Seconds, Turn, Writing

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.llms import LLM

__all__ = ["LLM_SECONDS", "MAX_QUESTION_CHARACTERS", "PASSAGES_READ", "Assistant", "Trace"]

MAX_QUESTION_CHARACTERS = 2000
# A guess: no model that people would use was timed.
LLM_SECONDS = 60.0
# A follow-up may be asked better by an LLM, in this part of its time: one line, where an answer has five.
_TO_REPHRASE = 0.25
# The right passage is among the first 12 for 94% of train questions, among the first 5 for 92%
# (`python -m eval.tune fusion`). Fewer are read where some stand out (qa/retrieve/hybrid.py).
PASSAGES_READ = 12
# Above this nothing can be surer by the margin that counts (qa/answer/hidden.py), and nothing is looked for.
_SURE = 0.85


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer and how it came about: what an evaluation needs to say where one was lost.

    Attributes:
        question: The question as it was understood.
        candidates: The passages that were read, best first.
        evidence: Every span with its probability, best first.
        answer: The answer.
    """

    question: Question
    candidates: tuple[Candidate, ...]
    evidence: tuple[Evidence, ...]
    answer: Answer


class Assistant:
    """Answers questions from an archive. Safe for threads."""

    def __init__(
        self,
        archive: Archive,
        reader: Reader | ReaderName = "careful",
        llm: "LLM | None" = None,
        *,
        llm_seconds: float = LLM_SECONDS,
    ) -> None:
        """Use an open archive, and one of the two shipped readers or another one; the careful one needs the fast one.

        With any LLM of llama-index, answers are put into its words, where every sentence is held to what it cites; for
        `llm_seconds` at most.

        Raises:
            ModelError: A reader is damaged.
        """
        self.archive = archive
        self.reader = Reader.load(reader) if isinstance(reader, str) else reader
        self._readers: dict[ReaderName, Reader] = {self.reader.name: self.reader}
        self._loading = threading.Lock()
        self._reader("fast")
        self._support: Support | None = None
        self._writer: Writer | None = None
        self._llm_seconds = llm_seconds
        if llm is not None:
            from qa.llamaindex import LLMWriter

            self._writer = LLMWriter(llm)

    @property
    def writer(self) -> str | None:
        """The name of the LLM that writes; None where there is none."""
        return self._writer.name if self._writer else None

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
        prose: bool = True,
    ) -> Answer:
        """Answer a question from the articles.

        Args:
            question: At most 2,000 characters, with a word in them.
            history: The turns of the chat before it, oldest first.
            filters: The articles to answer from.
            now: The day from which 'last March' is counted; None for today.
            reader: Which of the two shipped readers reads; None for the assistant's own.
            prose: Whether the LLM writes, where there is one.

        Returns:
            The answer; that the articles do not say is one, too.

        Raises:
            InputError: The question is empty, without a word, or too long.
            ArchiveError: The archive cannot be read.
            ModelError: Its encoder or the reader cannot be loaded.
        """
        return self.trace(question, history, filters=filters, now=now, reader=reader, prose=prose).answer

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
        prose: bool = True,
    ) -> Generator[Searched | Writing | Answer, None, None]:
        """Answer as `ask` does, in two steps: yield what is about to be read, then the answer.

        The first comes before anything is read, which is most of the time that an answer takes: who stops after it
        saves the reading. Where an LLM writes, what there is of its answer comes between the two, again and again; and
        while it is waited for to rephrase a follow-up, the first comes more than once, at first without articles.
        Raises what `ask` raises, when the first is asked for.
        """
        for step in self._steps(question, history, filters, now, self._reader(reader), prose=prose):
            yield step.answer if isinstance(step, Trace) else step

    def trace(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = ALL_ARTICLES,
        now: date | None = None,
        reader: ReaderName | None = None,
        prose: bool = True,
    ) -> Trace:
        """Answer as `ask` does, and return every step with the answer. Raises what `ask` raises."""
        *_, last = self._steps(question, history, filters, now, self._reader(reader), prose=prose)
        assert isinstance(last, Trace)
        return last

    def _steps(
        self, text: str, history: Sequence[Turn], filters: Filters, now: date | None, reader: Reader, *, prose: bool
    ) -> Iterator[Searched | Writing | Trace]:
        text = _whole(text)
        _check(text)
        history = [Turn(_whole(turn.question), _whole(turn.answer or "") or None) for turn in history]
        started = time.perf_counter()
        question = understand(text, history, self.archive, now)
        left = self._llm_seconds
        if prose and self._writer and history:
            asked_at = time.perf_counter()
            question = yield from rephrased(question, history, self._writer, self.archive, left * _TO_REPHRASE)
            left = max(0.0, left - (time.perf_counter() - asked_at))
        found = on_topic(retrieve(self.archive, question.asked, PASSAGES_READ, filters), question.topic)
        # A summary is made of the sentences of all that was found.
        candidates = found if question.form == "summary" else worth_reading(found)
        retrieving = time.perf_counter() - started
        yield Searched(question.asked, _articles(candidates), retrieving)
        resumed = time.perf_counter()
        marked = mark(reader, self._readers["fast"], question, candidates)
        evidence = rank(question, marked)
        reading = time.perf_counter() - resumed
        if meant := readings(text, history, evidence, self.archive):
            answer = ask_back(question, meant)
        else:
            known = aggregate(question, evidence)
            answer = compose(question, found, known) or abstain(
                question, found, known, self.archive, filtered=bool(filters)
            )
            if filters and answer.confidence <= _SURE:
                answer = replace(answer, hidden=self._hidden(answer, question, filters, reader))
        answer = replace(answer, seconds=Seconds(retrieving, reading, retrieving + time.perf_counter() - resumed))
        if prose and self._writer and answer.found:
            answer = yield from put_into_prose(answer, candidates, self._writer, self._judge(), left)
            answer = replace(answer, seconds=Seconds(retrieving, reading, retrieving + time.perf_counter() - resumed))
        yield Trace(question, marked.candidates, tuple(evidence), answer)

    def _hidden(self, answer: Answer, question: Question, filters: Filters, reader: Reader) -> Hidden | None:
        """Return what the filters kept from being said, if it is surer: the same stages, outside them."""
        beyond = outside(self.archive, question.asked, filters)
        evidence = rank(question, mark(reader, self._readers["fast"], question, beyond))
        return hidden_by(answer, aggregate(question, evidence).lead)

    def _judge(self) -> Support:
        """Return what tells whether sentences carry a statement, loaded when it is first needed."""
        with self._loading:
            if self._support is None:
                self._support = Support.load()
            return self._support

    def as_query_engine(self) -> "BaseQueryEngine":
        """Return a llama-index query engine over `ask`, with source nodes; it needs no LLM."""
        from qa.llamaindex import ArchiveQueryEngine

        return ArchiveQueryEngine(self)


def _articles(candidates: Sequence[Candidate]) -> tuple[ArticleRef, ...]:
    """Return the articles of the candidates, each once, in their order."""
    return tuple(dict.fromkeys(article_ref(candidate.article) for candidate in candidates))


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
