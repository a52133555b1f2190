"""An answer -> the same in an LLM's words: what it writes, sentence by sentence, and what is left of it."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from qa.english.words import share, subject_terms
from qa.prose.check import Checked, Fault, Judge, check
from qa.prose.facts import Known, facts_of
from qa.prose.prompt import MOST_SENTENCES, RULES, request
from qa.prose.sentences import Drafted, Drafts
from qa.prose.sources import Source, choose
from qa.prose.writer import Failed, Writer, pieces
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, Other, Sentence, Writing

__all__ = ["put_into_prose"]

_MOST_OF_IT = 0.5  # of the words of an answer: 'Okafor' gives 'Daniel Okafor'


def put_into_prose(
    answer: Answer, candidates: Sequence[Candidate], writer: Writer, judge: Judge | None, seconds: float
) -> Generator[Writing, None, Answer]:
    """Have an LLM write the answer; return it so, or as it was with the reason why.

    Yields what there is: at once, after each sentence, and again the same after each quarter of a second without one,
    in which who does not want to wait may leave. What the articles do not say is not put into prose.

    Args:
        answer: In the articles' own words.
        candidates: The passages that were read, best first.
        writer: The LLM.
        judge: What tells whether passages carry a statement; without one, only what can be looked up is checked.
        seconds: How long it may take.
    """
    sources = choose(answer, candidates)
    checked: list[Checked] = []
    failure: str | None = None
    there = Writing(answer, writer.name, ())
    yield there
    for news in _drafted(writer, answer, sources, seconds):
        if isinstance(news, Failed):
            failure = news.why
        elif news:
            checked.append(check(news, sources, judge, answer.asked))
            there = Writing(answer, writer.name, _numbered(checked, _following(answer)))
        yield there
        if len(checked) == MOST_SENTENCES:
            break
    return _outcome(answer, writer.name, checked, failure)


def _drafted(
    writer: Writer, answer: Answer, sources: Sequence[Source], seconds: float
) -> Iterator[Drafted | Failed | None]:
    drafts = Drafts()
    for piece in pieces(writer, RULES, request(answer, sources), seconds):
        if isinstance(piece, str):
            yield from drafts.add(piece)
        else:
            yield piece
            if piece is not None:
                return  # half a sentence is none
    yield from drafts.end()


def _outcome(answer: Answer, name: str, checked: Sequence[Checked], failure: str | None) -> Answer:
    stopped = f"{name} stopped: {failure}" if failure else None
    held = [one for one in checked if one.fault is None]
    if not held:
        why = f"no sentence that {name} wrote stands in the articles" if checked else f"{name} wrote nothing"
        return replace(answer, sentences=_numbered(checked, _following(answer)), unwritten=stopped or why)
    if not _says([one.text for one in held], answer):
        return replace(answer, unwritten=stopped or f"what {name} wrote does not give the answer")
    sentences = _numbered(checked, 1)
    citations = {c.number: c for sentence in sentences if sentence.supported for c in sentence.citations}
    following = max(c.number for sentence in sentences for c in sentence.citations) + 1
    return replace(
        answer,
        text=" ".join(one.text for one in held),
        citations=tuple(citations.values()),
        others=_others(answer, following),
        writer=name,
        sentences=sentences,
        unwritten=stopped,
    )


def _says(sentences: Sequence[str], answer: Answer) -> bool:
    """Whether sentences give the answer: all its figures and dates, in one of them, or at least half of its words.

    A summary can be told in any words.
    """
    if answer.form == "summary":
        return True
    if answer.form == "span":
        looked_up = [fact for fact in facts_of(answer.text) if fact.kind in ("figure", "date")]
        if looked_up:
            return any(all(Known(one, None).has(fact) for fact in looked_up) for one in sentences)
    return share(subject_terms(answer.text), " ".join(sentences)) >= _MOST_OF_IT


def _numbered(checked: Sequence[Checked], first: int) -> tuple[Sentence, ...]:
    """Number the places that sentences cite from `first`, a place once, those of the supported ones before others."""
    numbers: dict[tuple[str, int], int] = {}
    for one in sorted(checked, key=lambda one: one.fault is not None):
        for source, place in one.places:
            numbers.setdefault(source.at(place), first + len(numbers))
    sentences = []
    for one in checked:
        citations = [source.cite(numbers[source.at(place)], place) for source, place in one.places]
        why = _why(one.fault, [(source, c.number) for (source, _), c in zip(one.places, citations, strict=True)])
        sentences.append(Sentence(one.text, tuple(citations), one.fault is None, why))
    return tuple(sentences)


def _why(fault: Fault | None, cited: Sequence[tuple[Source, int]]) -> str | None:
    """Say what a sentence has that the sources it cites have not."""
    if fault is None:
        return None
    if fault.why:
        return fault.why
    marks = [f"[{number}]" for _, number in cited]
    if fault.instead:
        source, figure = fault.instead
        number = next(number for one, number in cited if one is source)
        return f"[{number}] says {figure}, not {fault.words}"
    what = f"“{fault.words}”" if fault.words else "so"
    nobody = f"neither {' nor '.join(marks)} says" if len(marks) > 1 else f"{marks[0]} does not say"
    if not marks or (fault.words and not fault.elsewhere):
        nobody = "no article says"
    elsewhere = f", but “{fault.elsewhere.candidate.article.title}” does" if fault.elsewhere else ""
    return f"{nobody} {what}{elsewhere}"


def _others(answer: Answer, first: int) -> tuple[Other, ...]:
    """Return all values that the articles give, the answer's first, cited from a number on; none where all agree."""
    if not answer.others:
        return ()
    published = max((c.article.published for c in answer.citations if c.article.published), default=None)
    lead = Other(answer.text, published, answer.confidence, answer.citations, answer.as_of, answer.sources)
    others = []
    for other in (lead, *answer.others):
        cited = tuple(replace(c, number=number) for number, c in enumerate(other.citations, first))
        first += len(cited)
        others.append(replace(other, citations=cited))
    return tuple(others)


def _following(answer: Answer) -> int:
    """Return the first number that no citation of an answer has."""
    cited = [*answer.citations, *(citation for other in answer.others for citation in other.citations)]
    return max((citation.number for citation in cited), default=0) + 1
