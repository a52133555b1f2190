"""Asking standing questions again: the one way in for the command line, the server and the evaluation.

A round reads what came in or went since the last one, asks the questions that it can matter to, and keeps each answer
that changed, a question a transaction. Killed anywhere it leaves a history that is true, and news that the next round
reads again: an answer that was told already is then no change.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ingest.archive import Archive
from ingest.archive.watches import Given, Said, Watch
from ingest.errors import ArchiveBusy, InputError
from ingest.filters import ALL_ARTICLES, Filters
from qa.assistant import PASSAGES_READ, Assistant
from qa.types import Answer
from qa.watch.matching import matching
from qa.watch.verdict import verdict

__all__ = ["Told", "ask_again", "changes", "keep_watch"]

_TRIES = 4  # of a question during whose answering the archive was changed
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A change: the question, the answer before it (None where there was none), and the answer now."""

    watch: Watch
    before: Given | None
    now: Given


def keep_watch(
    assistant: Assistant,
    question: str,
    *,
    name: str | None = None,
    filters: Filters = ALL_ARTICLES,
    now: date | None = None,
) -> tuple[Watch, Answer]:
    """Watch a question from now on; return it, and its present answer.

    Args:
        assistant: Answers it.
        question: As for `Assistant.ask`.
        name: What to call it; None for the question's own words.
        filters: The articles that count.
        now: As for `Assistant.ask`.

    Raises:
        InputError: The question cannot be asked or calls for a summary, which has no value that could change; or the
            name is taken.
        ArchiveBusy: The archive is changed again and again meanwhile.
    """
    archive = assistant.archive
    question = " ".join(question.split())
    if assistant.ask(question, filters=filters, now=now, prose=False).form == "summary":
        raise InputError(f"{question[:60]!r} asks for a summary, which changes with every article: ask for one fact")
    vector = archive.encoder.encode([question])[0].astype("<f4").tobytes()
    watch = archive.watches.add(question, _cut(question) if name is None else name, filters, vector)
    try:
        answer, _ = _asked(assistant, watch, now)
    except BaseException:
        archive.watches.remove(watch.id)
        raise
    return watch, answer


def ask_again(
    archive: Archive, assistant: Callable[[], Assistant], *, everything: bool = False, now: date | None = None
) -> Iterator[Told]:
    """Ask the questions that what came in or went can matter to, and yield each change when it is kept.

    Where nothing can matter, `assistant` is not called: loading a reader takes a second. Whoever stops taking before
    the end leaves the rest to the next round.

    Args:
        archive: The archive.
        assistant: Gives who answers.
        everything: Ask all, whatever came.
        now: As for `Assistant.ask`.

    Raises:
        ArchiveError, ModelError: As `Assistant.ask`.
    """
    kept = archive.watches
    if not len(kept):
        return
    news = kept.news()
    watches = kept.all()
    chosen = watches if everything else matching(archive, watches, kept.latest(), news.articles)
    late = False
    for watch in chosen:
        try:
            _, told = _asked(assistant(), watch, now)
        except ArchiveBusy:
            late = True
            continue
        if told:
            yield told
    if not late:
        kept.settle(news.up_to)


def changes(archive: Archive, given: Iterable[Given]) -> list[Told]:
    """Return rows of the history as changes, each with its question and the answer before it, in their order."""
    watches = {watch.id: watch for watch in archive.watches.all()}
    return [Told(watches[row.watch], archive.watches.before(row), row) for row in given if row.watch in watches]


def _asked(assistant: Assistant, watch: Watch, now: date | None) -> tuple[Answer, Told | None]:
    """Ask a question and keep what changed; raise ArchiveBusy when the archive changes under every try."""
    archive, kept = assistant.archive, assistant.archive.watches
    stands = _standing_in(archive)
    for _ in range(_TRIES):
        at = kept.moment()
        history = kept.history(watch.id)
        last = history[-1] if history else None
        fresh = kept.fresh(watch.seen)
        answer = assistant.ask(watch.question, filters=watch.filters, now=now, prose=False)
        given = verdict(last, answer, fresh, stands)
        if given:
            first = last is None and watch.least is None
            given = replace(given, watch=watch.id, kind="first" if first else given.kind)
        if kept.keep(watch, at, _least(archive, watch), last, given):
            if given is None or given.kind == "first":
                return answer, None
            told = next(row for row in kept.history(watch.id) if row.number > (last.number if last else 0))
            return answer, Told(watch, last, told)
        if kept.find(watch.id) is None:
            return answer, None
    raise ArchiveBusy("the archive is being changed: the standing questions are asked in the next round")


def _least(archive: Archive, watch: Watch) -> float:
    """The cosine of the last passage that is read for a question; -1 where all are."""
    vector = np.frombuffer(watch.vector, dtype="<f4")
    found = archive.dense(vector, PASSAGES_READ, watch.filters)
    return found[-1][1] if len(found) == PASSAGES_READ else -1.0


def _standing_in(archive: Archive) -> Callable[[Said], bool]:
    def stands(said: Said) -> bool:
        article = archive.article(said.article)
        return article is not None and said.sentence in article.text

    return stands


def _cut(question: str) -> str:
    return question if len(question) <= _LONGEST_NAME else f"{question[: _LONGEST_NAME - 3]}..."
