"""The gold suite: the project's own questions, asked through Assistant as a user would ask them."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.asking import PACKAGES, models_of
from eval.pool import fresh_archive
from eval.scores.judging import accepts, stands_in
from eval.scores.metrics import share
from eval.scores.stages import Place, citations_of, is_exact, lost_at, offered, places_of, record, retrieved_rank
from eval.scores.tally import stages
from eval.suite import Options, Result, Row, spread
from ingest.archive import Archive
from ingest.article import Article
from ingest.sources import read_articles
from qa.assistant import Assistant, Trace
from qa.read.reader import Reader
from qa.training.metrics import best_f1, exact_match, normalize
from qa.types import Answer, Citation, Turn

__all__ = [
    "FORMS",
    "GOLD",
    "Evidence",
    "GoldQuestion",
    "Judgement",
    "gold",
    "gold_hash",
    "judge",
    "load_gold",
    "offers",
    "row_of",
]

GOLD = Path(__file__).parents[1] / "gold"
# Kinds whose answer is no span or clause, so that its words cannot be compared with a spelling.
FORMS = ("yes/no", "list", "summary")
_FEWEST = 3  # sentences of a summary


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, or a differing value, that stands verbatim in the article of this title."""

    article: str
    text: str


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One line of questions.jsonl; eval/gold/README.md says what the fields mean."""

    id: str
    split: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    others: tuple[Evidence, ...]
    near_miss: bool

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the answer to a question is judged.

    Attributes:
        em, f1: SQuAD's, in [0, 1], the best over the accepted spellings; 0 when refused.
        correct: Found and an accepted answer (eval.scores.judging.accepts), and no differing value stands in the
            answer beside it. Of a yes/no question: a sentence cited is evidence. Of a list: every item is
            there and at most one that is none. Of a summary: three sentences or more, none twice, at least
            half of them evidence.
        stale: Found and not correct, but correct for one of the differing values.
        sentence: A cited sentence overlaps a gold sentence.
        article: A cited article holds a gold sentence.
        items: Of a list, the F1 of the items given against the items wanted, in [0, 1]; else 0.
        surfaced: How many of the differing values `others` of the answer shows.
        citations, exact: Citations of every sort, and how many are exact slices of their article.
    """

    em: float
    f1: float
    correct: bool
    stale: bool
    sentence: bool
    article: bool
    items: float
    surfaced: int
    citations: int
    exact: int


def load_gold(path: Path = GOLD / "questions.jsonl") -> list[GoldQuestion]:
    """Return the gold questions in file order."""
    with path.open(encoding="utf-8") as lines:
        return [_question(json.loads(line)) for line in lines]


def gold_hash(folder: Path = GOLD) -> str:
    """Return the SHA-256 of the questions and the articles: names and bytes, in order of name."""
    digest = hashlib.sha256()
    for path in [folder / "questions.jsonl", *sorted((folder / "articles").iterdir())]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def gold(options: Options) -> Result:
    """Ask the gold questions of `options.archive`, or of a fresh archive of the sample articles.

    The figures are for dev, test and both. Shares are in [0, 1] with a 95% bootstrap interval over questions.
    `false_refusal` is the share of answerable questions that were refused, `false_answer` of unanswerable
    ones that were not; for both, lower is better. `others_recall` is over differing values, not questions.
    `given_retrieved` is over the questions of which a passage with the evidence was read. With
    `options.limit`, that many questions spread over the whole file. Yes/no, list and summary questions stand
    under `forms` and `by_kind`, and in no other figure but `citations` and `stages`: the others are of the same
    questions as before there were such.
    """
    with _archive(options) as archive:
        assistant = Assistant(archive, Reader.load(options.reader))
        by_title = _by_title(archive)
        asked = [
            _ask(question, assistant, [p for e in question.evidence for p in _places(e, by_title)])
            for question in spread(load_gold(), options.limit)
        ]
        models = models_of(assistant)
    parts = {name: [item for item in asked if item.question.split == name] for name in ("dev", "test")}
    return Result(
        data={"gold": gold_hash()},
        rows=tuple(item.row for item in asked),
        figures={**{name: _figures(part) for name, part in parts.items()}, "all": _figures(asked)},
        headline="correct",
        lower=("refused", "answered", "stale"),
        models=models,
        packages=PACKAGES,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    question: GoldQuestion
    found: bool
    judgement: Judgement
    rank: int | None
    row: Row


def _ask(question: GoldQuestion, assistant: Assistant, places: Sequence[Place]) -> _Asked:
    trace = assistant.trace(question.question, question.history)
    judgement = judge(question, trace.answer, assistant.archive.article)
    row = row_of(question, trace, judgement, places)
    return _Asked(question, trace.answer.found, judgement, retrieved_rank(trace.candidates, places), row)


def row_of(question: GoldQuestion, trace: Trace, judgement: Judgement, places: Sequence[Place]) -> Row:
    """Return the row of a question that was asked; `places` are where its evidence stands in the archive."""
    stage = lost_at(
        trace,
        answerable=question.answerable,
        right=judgement.correct,
        cited=judgement.sentence,
        exact=judgement.exact == judgement.citations,
        places=places,
        accepts=lambda text: offers(question, text),
    )
    return Row(
        id=question.id,
        part=question.split,
        question=question.question,
        gold={
            "answers": list(question.answers),
            "evidence": [asdict(e) for e in question.evidence],
            "others": [asdict(e) for e in question.others],
            "kind": question.kind,
            "near_miss": question.near_miss,
            "history": [asdict(turn) for turn in question.history],
        },
        scores=_scores(question, trace, judgement, places),
        stage=stage,
        trace=record(trace),
    )


def _scores(question: GoldQuestion, trace: Trace, judgement: Judgement, places: Sequence[Place]) -> Mapping[str, float]:
    exact = float(judgement.exact == judgement.citations)
    if not question.answerable:
        return {"exact": exact, "answered": float(trace.answer.found)}
    rank = retrieved_rank(trace.candidates, places)
    scores = {
        "exact": exact,
        "correct": float(judgement.correct),
        "sentence": float(judgement.sentence),
        "refused": float(not trace.answer.found),
        "retrieved": float(rank is not None),
        "rr": 1 / rank if rank else 0.0,
        "read": float(offered(trace, places, lambda text: offers(question, text))),
    }
    if question.kind not in FORMS:
        scores |= {"em": judgement.em, "f1": judgement.f1}
    if question.kind == "list":
        scores["items"] = judgement.items
    if question.history:
        scores["follow_up"] = float(judgement.correct)
    if question.others:
        scores["stale"] = float(judgement.stale)
        scores["surfaced"] = judgement.surfaced / len(question.others)
    return scores


def offers(question: GoldQuestion, text: str) -> bool:
    """Whether a span of the reader, in a passage with evidence, is right; of a sentence or a summary any span is."""
    return question.kind in ("yes/no", "summary") or accepts(question.answers, text)


def _archive(options: Options) -> AbstractContextManager[Archive]:
    return Archive.open(options.archive) if options.archive else fresh_archive(read_articles(str(GOLD / "articles")))


def _by_title(archive: Archive) -> Mapping[str, list[Article]]:
    titles: dict[str, list[Article]] = {}
    for article in archive.articles():
        titles.setdefault(article.title, []).append(article)
    return titles


def _places(evidence: Evidence, by_title: Mapping[str, list[Article]]) -> list[Place]:
    return [place for article in by_title.get(evidence.article, ()) for place in places_of(evidence.text, article)]


def _question(record: dict[str, object]) -> GoldQuestion:
    def evidence(field: str, text: str) -> tuple[Evidence, ...]:
        items: list[dict[str, str]] = record[field]  # type: ignore[assignment]
        return tuple(Evidence(item["article"], item[text]) for item in items)

    turns: list[dict[str, str]] = record["history"]  # type: ignore[assignment]
    answers: list[str] = record["answers"]  # type: ignore[assignment]
    return GoldQuestion(
        id=str(record["id"]),
        split=str(record["split"]),
        kind=str(record["kind"]),
        question=str(record["question"]),
        history=tuple(Turn(turn["question"], turn.get("answer")) for turn in turns),
        answers=tuple(answers),
        evidence=evidence("evidence", "sentence"),
        others=evidence("others", "text"),
        near_miss=bool(record["near_miss"]),
    )


def judge(question: GoldQuestion, answer: Answer, fetch: Callable[[str], Article | None]) -> Judgement:
    """Judge an answer; `fetch` gives the stored article with an id, to check the citations against."""
    every = citations_of(answer)
    titles = {e.article for e in question.evidence}
    differing = [(e.text,) for e in question.others]
    correct = answer.found and _is_right(question, answer, fetch)
    return Judgement(
        em=exact_match(answer.text, question.answers) if answer.found and question.answers else 0.0,
        f1=best_f1(answer.text, question.answers) if answer.found and question.answers else 0.0,
        correct=correct,
        stale=answer.found and not correct and any(accepts(value, answer.text) for value in differing),
        sentence=any(_overlaps(c, fetch(c.article.id), question.evidence) for c in answer.citations),
        article=any(c.article.title in titles for c in answer.citations),
        items=_items(question, answer).f1 if question.kind == "list" and answer.found else 0.0,
        surfaced=sum(any(accepts(value, other.text) for other in answer.others) for value in differing),
        citations=len(every),
        exact=sum(is_exact(c, fetch) for c in every),
    )


def _is_right(question: GoldQuestion, answer: Answer, fetch: Callable[[str], Article | None]) -> bool:
    """Judge an answer that was given, by its kind, as `Judgement.correct` says."""
    cited = [_overlaps(c, fetch(c.article.id), question.evidence) for c in answer.citations]
    if question.kind == "yes/no":
        return any(cited)
    if question.kind == "summary":
        sentences = {c.sentence for c in answer.citations}
        return len(sentences) == len(cited) >= _FEWEST and 2 * sum(cited) >= len(cited)
    if question.kind == "list":
        items = _items(question, answer)
        return bool(question.answers) and items.missing == 0 and items.wrong <= 1
    both = any(stands_in(e.text, answer.text) for e in question.others)
    return accepts(question.answers, answer.text) and not both


@dataclass(frozen=True, slots=True)
class _Items:
    """Of a list: how many items given are wanted, how many are not, and of those wanted how many are there or not."""

    right: int
    wrong: int
    found: int
    missing: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision over the items given and recall over those wanted, in [0, 1]."""
        if not self.found:
            return 0.0
        precision, recall = self.right / (self.right + self.wrong), self.found / (self.found + self.missing)
        return 2 * precision * recall / (precision + recall)


def _items(question: GoldQuestion, answer: Answer) -> _Items:
    """Compare the items given, each value once, with those wanted; 'A and B' as one item is two of those wanted."""
    given = {normalize(citation.quote) for citation in answer.citations} - {""}
    right = sum(accepts(question.answers, item) for item in given)
    found = sum(any(accepts([wanted], item) for item in given) for wanted in question.answers)
    return _Items(right, len(given) - right, found, len(question.answers) - found)


def _overlaps(citation: Citation, article: Article | None, evidence: Sequence[Evidence]) -> bool:
    places = [place for e in evidence for place in places_of(e.text, article)] if article else []
    return any(p.overlaps(citation.article.id, citation.sentence_start, citation.sentence_end) for p in places)


def _figures(asked: Sequence[_Asked]) -> dict[str, Any]:
    words = [item for item in asked if item.question.kind not in FORMS]
    answerable = [item for item in words if item.question.answerable]
    unanswerable = [item for item in words if not item.question.answerable]
    differing = [item for item in answerable if item.question.others]
    values = sum(len(item.question.others) for item in differing)
    citations = sum(item.judgement.citations for item in asked)
    exact = sum(item.judgement.exact for item in asked)
    return {
        "answerable": {
            "n": len(answerable),
            "em": _share(answerable, lambda item: item.judgement.em),
            "f1": _share(answerable, lambda item: item.judgement.f1),
            "correct": _share(answerable, lambda item: item.judgement.correct),
            "sentence_cited": _share(answerable, lambda item: item.judgement.sentence),
            "article_cited": _share(answerable, lambda item: item.judgement.article),
            "false_refusal": _share(answerable, lambda item: not item.found),
            "retrieved": _share(answerable, lambda item: item.rank is not None),
            "read": _share(answerable, lambda item: item.row.scores["read"]),
            "mrr": _share(answerable, lambda item: 1 / item.rank if item.rank else 0.0),
        },
        "given_retrieved": _short([item for item in answerable if item.rank is not None]),
        "unanswerable": {
            "n": len(unanswerable),
            "false_answer": _share(unanswerable, lambda item: item.found),
            "near_misses": _false_answers([item for item in unanswerable if item.question.near_miss]),
            "off_topic": _false_answers([item for item in unanswerable if not item.question.near_miss]),
        },
        "follow_ups": _short([item for item in answerable if item.question.history]),
        "differing": {
            **_short(differing),
            "stale": _share(differing, lambda item: item.judgement.stale),
            "values": values,
            "others_recall": round(sum(item.judgement.surfaced for item in differing) / values, 4) if values else None,
        },
        "by_kind": {
            kind: _short([item for item in asked if item.question.answerable and item.question.kind == kind])
            for kind in sorted({item.question.kind for item in asked if item.question.answerable})
        },
        "forms": {kind: _form([item for item in asked if item.question.kind == kind]) for kind in FORMS},
        "citations": {"n": citations, "exact": round(exact / citations, 6) if citations else None},
        "stages": stages([item.row for item in asked]),
    }


def _short(asked: Sequence[_Asked]) -> dict[str, Any]:
    return {
        "n": len(asked),
        "correct": _share(asked, lambda item: item.judgement.correct),
        "sentence_cited": _share(asked, lambda item: item.judgement.sentence),
    }


def _form(asked: Sequence[_Asked]) -> dict[str, Any]:
    """Return the figures of one of the kinds in FORMS; `items` is the F1 of a list's items, elsewhere None."""
    answerable = [item for item in asked if item.question.answerable]
    return {
        **_short(answerable),
        "items": share([item.row.scores["items"] for item in answerable if "items" in item.row.scores]),
        "false_refusal": _share(answerable, lambda item: not item.found),
        "unanswerable": _false_answers([item for item in asked if not item.question.answerable]),
    }


def _false_answers(asked: Sequence[_Asked]) -> dict[str, Any]:
    return {"n": len(asked), "false_answer": _share(asked, lambda item: item.found)}


def _share(asked: Sequence[_Asked], value: Callable[[_Asked], float]) -> dict[str, float] | None:
    return share([float(value(item)) for item in asked])
