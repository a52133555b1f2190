"""What a question and its answer are made of. Frozen records; every edge shows the same ones."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = [
    "Answer",
    "ArticleRef",
    "Citation",
    "DatesAsked",
    "Form",
    "Hidden",
    "Missing",
    "Other",
    "ReaderName",
    "Reading",
    "Relation",
    "Searched",
    "Seconds",
    "Sentence",
    "Span",
    "Turn",
    "Writing",
]

Missing = Literal["subject", "fact", "dates", "filters", "premise", "unclear"]
"""Why nothing was answered: the archive has nothing on the subject; it has the subject and not this fact; not for
the dates asked for; not within the filters; the articles contradict what the question takes for granted; the
question fits several people or events."""

Relation = Literal["earlier", "later", "disputed", "undated", "related"]
"""How a different value stands to the answer: as of an earlier or a later day; of the same day; one of the two days
is unknown; or a range of which the other is a bound."""

ReaderName = Literal["careful", "fast"]
"""Which of the two readers reads: the one that is right more often, or the one that takes a tenth of its time."""

Form = Literal["span", "reason", "sentence", "list", "summary"]
"""What an answer looks like in the articles' own words: a few of them, a clause, a whole sentence, items, sentences."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn of a chat: the question as typed, and the answer's text if there was one."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one passage that the reader proposes as the answer.

    Attributes:
        passage_id: The passage read, `article:index`.
        start, end: Character offsets in the article's text.
        score: Start logit + end logit - those of 'no answer here': above 0 the reader prefers the
            span to none. Unbounded; higher is better. Comparable between passages.
    """

    passage_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What a citation says of its article. `published` is YYYY-MM-DD or None."""

    id: str
    title: str
    source: str
    url: str | None
    published: str | None
    outlet: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a stored article: `article.text[start:end] == quote`, always.

    `sentence` is `article.text[sentence_start:sentence_end]`, and the quote lies inside it.
    `number` counts from 1 over all citations of an answer, in the order they are shown. `as_of` is the day for
    which the sentence says it: what the sentence names, else the article's day; YYYY, YYYY-MM or YYYY-MM-DD, None
    when neither is known.
    """

    number: int
    article: ArticleRef
    quote: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """A different value, with the newest publication date and the newest `as_of` that are known for it.

    `sources` counts the articles that give it, copies of one story once.
    """

    text: str
    published: str | None
    confidence: float
    citations: tuple[Citation, ...]
    as_of: str | None = None
    sources: int = 1
    relation: Relation = "undated"


@dataclass(frozen=True, slots=True)
class DatesAsked:
    """The days that a question asks about, as they were understood.

    Attributes:
        words: The words of the question that say so: 'in 2011', 'last March'.
        since, until: The first and the last day, YYYY-MM-DD; None where that side is open.
        latest, first: Whether the newest or the oldest of several values is asked for.
    """

    words: str
    since: str | None
    until: str | None
    latest: bool = False
    first: bool = False

    @property
    def bounded(self) -> bool:
        """Whether there is a first or a last day."""
        return bool(self.since or self.until)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a filter kept from being the answer: a surer value of an article outside it."""

    text: str
    article: ArticleRef


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several people or events that a question may mean, with the question that means only it."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What is known before the reading: the stand-alone question, and the articles whose passages are read.

    Attributes:
        asked: The question that was searched for.
        articles: Each once, that of the nearest passage first; empty when nothing was found.
        seconds: Wall-clock seconds so far.
    """

    asked: str
    articles: tuple[ArticleRef, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain dicts, lists, strings and numbers, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall-clock seconds: finding passages, reading them, and all of it."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that an LLM wrote, and whether the places that it cites say so.

    Attributes:
        text: Its words, without the marks of its citations.
        citations: Of each passage that it cites, the sentence that has most of it; the quote is that whole sentence.
        supported: Whether all that was checked of it stands in the passages that it cites.
        why: What does not, in a few words: '[2] says 7,200, not 7,000'; None where it is supported.
    """

    text: str
    citations: tuple[Citation, ...]
    supported: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The one object that every screen, the API, the terminal and the evaluation get.

    Attributes:
        question: The question as it was asked.
        asked: The stand-alone question that was really searched for.
        found: False when the articles do not say; then `text` says so in a sentence,
            `citations` and `others` are empty, and `nearest` holds the closest places.
        text: The answer, in the words of the first citation; of a list and a summary, of all citations.
        confidence: The estimated probability, in [0, 1], that the cited sentence answers; when not found,
            that of the best rejected span. Of a list it is that of its surest item: how complete the
            list is, nobody estimates. Of a summary, found or not, it is no probability but how near
            the nearest passage is to the question: their cosine, cut to [0, 1].
        citations: Where `text` stands; equal values of several articles are one answer. Of a list and a
            summary, one citation an item or sentence, in the order of `text`.
        others: Different values from other articles, newest first, unknown dates last; only of a
            span or a reason.
        nearest: The closest sentences when nothing was found.
        reason: When not found, why, as one sentence; else None.
        seconds: How long it took.
        form: The form that the answer has, which the question calls for: a list of one item is a span.
        as_of: The newest day for which a citation says it; as of a Citation.
        sources: How many articles say it, copies of one story once.
        dates: The days that the question asks about; None when it names none.
        missing: When not found, why, as one word.
        readings: When the question is unclear, what it may mean: two or three.
        hidden: What the filters kept from being shown, if it was surer; else None.
        writer: The LLM that wrote `text`, by its name; None where it stands in the articles' own words. Then
            `text` is the sentences that are supported and `citations` theirs, and `others` has every value that the
            articles give, where they differ, the likeliest first.
        sentences: What an LLM wrote, in its order, with what was not supported.
        unwritten: When an LLM was asked and its words are not shown, why, in one line.
    """

    question: str
    asked: str
    found: bool
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    others: tuple[Other, ...]
    nearest: tuple[Citation, ...]
    reason: str | None
    seconds: Seconds
    form: Form = "span"
    as_of: str | None = None
    sources: int = 0
    dates: DatesAsked | None = None
    missing: Missing | None = None
    readings: tuple[Reading, ...] = ()
    hidden: Hidden | None = None
    writer: str | None = None
    sentences: tuple[Sentence, ...] = ()
    unwritten: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain dicts, lists, strings and numbers, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Writing:
    """What there is while an LLM writes: between `Searched` and the `Answer`, once more for each sentence.

    Attributes:
        answer: The answer in the articles' own words, which stands if none of the sentences does.
        writer: The LLM, by its name.
        sentences: Those that are written and checked so far.
    """

    answer: Answer
    writer: str
    sentences: tuple[Sentence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain dicts, lists, strings and numbers, ready for JSON."""
        return asdict(self)
