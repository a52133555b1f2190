"""What is asked, made once of a question and its chat: every later stage takes what it needs from here."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.archive import Archive
from qa.english.words import search_terms
from qa.question.dates import date_places, dates_asked
from qa.question.forms import expected_type, form_of, is_time_sensitive
from qa.question.rewrite import StandAlone, resolve
from qa.types import DatesAsked, Form, Turn

__all__ = ["Question", "understand"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stands alone, and what it calls for.

    Attributes:
        text: As it was typed.
        asked: What is searched for.
        to_read: What the reader is asked: the same without what only the search needs. Form, type and dates are its.
        topic: What a person put in brackets after the question, such as the headline of the article that is meant.
        other_than: The answer of the turn before, where it is asked what it was before that one.
        form: What an answer looks like.
        answer_type: What sort of words answer, as `expected_type` gives it.
        time_sensitive: Whether the answer may be another at another time.
        dates: The days that it asks about; None where it names none.
        terms: The words of `asked` to look for.
        now: The day on which it is asked.
    """

    text: str
    asked: str
    to_read: str
    topic: str | None
    other_than: str | None
    form: Form
    answer_type: str | None
    time_sensitive: bool
    dates: DatesAsked | None
    terms: tuple[str, ...]
    now: datetime.date

    @property
    def asks_figure(self) -> bool:
        """Whether a figure answers."""
        return self.answer_type in ("count", "number")

    @property
    def bounded(self) -> DatesAsked | None:
        """The days that it asks about, where they have a first or a last one."""
        return self.dates if self.dates and self.dates.bounded else None

    @property
    def undated(self) -> str:
        """What the reader is asked of an article that is of the days asked about: `to_read` without them.

        Such an article says 'now' or nothing where the question says 'in May 2011'.
        """
        if not self.bounded:
            return self.to_read
        rest, end = "", 0
        for start, after in sorted(date_places(self.to_read, self.now)):
            rest, end = rest + self.to_read[end : max(end, start)], max(end, after)
        return re.sub(r"\s+([?!.,]|$)", r"\1", f"{rest}{self.to_read[end:]}").strip(" ,")

    @classmethod
    def of(cls, text: str, now: datetime.date | None = None, alone: StandAlone | None = None) -> "Question":
        """Read a question; `alone` is how it stands without its chat, None where it does as typed."""
        today = now or datetime.date.today()
        asked, to_read, topic = (alone.asked, alone.to_read, alone.topic) if alone else (text, text, None)
        own = to_read.partition("? (")[0]  # without the question before: 'In which year? (How many seals)'
        return cls(
            text=text,
            asked=asked,
            to_read=to_read,
            topic=topic,
            other_than=alone.other_than if alone else None,
            form=form_of(own),
            answer_type=expected_type(own),
            time_sensitive=is_time_sensitive(own),
            dates=dates_asked(to_read, today),
            terms=tuple(search_terms(asked)),
            now=today,
        )


def understand(text: str, history: Sequence[Turn], archive: Archive, now: datetime.date | None = None) -> Question:
    """Return what a question asks after the turns before it, oldest first; see `resolve`.

    `now` is the day from which 'last March' counts; None for today.
    """
    return Question.of(text, now, resolve(text, history, archive, now))
