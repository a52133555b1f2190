"""Standing questions as the terminal, the API and language models get them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from ingest.archive import Archive
from ingest.archive.watches import Given, Kind, Said, Watch
from qa.types import ArticleRef
from qa.watch.rounds import Told, changes

__all__ = ["Change", "WatchHistory", "WatchList", "Watched", "watch_list"]

_MOST_CHANGES = 100


class SaidPlace(BaseModel):
    """Where an article gave a value when it was told; the article may have been changed or removed since."""

    value: str
    quote: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    as_of: str | None
    article: ArticleRef

    @classmethod
    def of(cls, said: Said) -> Self:
        """Return a place of the history."""
        article = ArticleRef(said.article, said.title, said.source, said.url, said.published, said.outlet)
        return cls(
            value=said.value, quote=said.quote, start=said.start, end=said.end, sentence=said.sentence,
            sentence_start=said.sentence_start, sentence_end=said.sentence_end, as_of=said.as_of, article=article,
        )  # fmt: skip


class GivenAnswer(BaseModel):
    """An answer of a standing question's history."""

    number: int = Field(description="its place in the history of all questions; grows")
    kind: Kind
    moment: str = Field(description="when it was first given, ISO 8601 in UTC")
    value: str | None = Field(description="null when nothing gives a value any more")
    as_of: str | None
    said: list[SaidPlace] = Field(description="where the value stands; of a list one an item")
    against: list[SaidPlace] = Field(description="where other values for the same day stand")

    @classmethod
    def of(cls, given: Given) -> Self:
        """Return a row of the history."""
        return cls(
            number=given.number, kind=given.kind, moment=_moment(given.moment), value=given.value, as_of=given.as_of,
            said=[SaidPlace.of(said) for said in given.said], against=[SaidPlace.of(said) for said in given.against],
        )  # fmt: skip


class Watched(BaseModel):
    """A standing question and its present answer, null where there was never one."""

    id: str
    name: str
    question: str
    outlets: list[str]
    since: str | None
    until: str | None
    made: str = Field(description="when it was made, ISO 8601 in UTC")
    now: GivenAnswer | None

    @classmethod
    def of(cls, watch: Watch, now: Given | None) -> Self:
        """Return a question with its newest answer."""
        return cls(now=GivenAnswer.of(now) if now else None, **_facts(watch))


class WatchHistory(Watched):
    """A standing question and all its answers, oldest first."""

    history: list[GivenAnswer]

    @classmethod
    def whole(cls, watch: Watch, history: Sequence[Given]) -> Self:
        """Return a question with its answers."""
        rows = [GivenAnswer.of(given) for given in history]
        return cls(now=rows[-1] if rows else None, history=rows, **_facts(watch))


class Change(BaseModel):
    """A change that was told: the answer before it, null where there was none, and the answer from then on."""

    watch: str = Field(description="the question's id")
    name: str
    question: str
    before: GivenAnswer | None
    now: GivenAnswer

    @classmethod
    def of(cls, told: Told) -> Self:
        """Return a change."""
        watch = told.watch
        before = GivenAnswer.of(told.before) if told.before else None
        return cls(
            watch=watch.id, name=watch.name, question=watch.question, before=before, now=GivenAnswer.of(told.now)
        )


class WatchList(BaseModel):
    """The standing questions by name, and the newest changes, newest first."""

    watches: list[Watched]
    changes: list[Change]


def watch_list(archive: Archive, after: int = 0) -> WatchList:
    """Return the standing questions of an archive, and up to 100 changes with a number above `after`."""
    kept = archive.watches
    latest = kept.latest()
    return WatchList(
        watches=[Watched.of(watch, latest.get(watch.id)) for watch in kept.all()],
        changes=[Change.of(told) for told in changes(archive, kept.told(_MOST_CHANGES, after))],
    )


def _facts(watch: Watch) -> dict[str, Any]:
    filters = watch.filters
    return {
        "id": watch.id, "name": watch.name, "question": watch.question, "outlets": list(filters.outlets),
        "since": filters.since, "until": filters.until, "made": _moment(watch.made),
    }  # fmt: skip


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
