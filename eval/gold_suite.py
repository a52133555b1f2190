"""The gold suite: the project's own questions, asked through Assistant as a user would ask them."""

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.metrics import Interval, bootstrap
from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from ingest.read import read_articles
from qa.assistant import Assistant
from qa.training.metrics import best_f1, exact_match, f1, normalize
from qa.types import Answer, Citation, Turn

if TYPE_CHECKING:
    from eval.run import Options

__all__ = ["GOLD", "Evidence", "GoldQuestion", "Row", "gold", "gold_hash", "gold_rows", "judge", "load_gold", "misses"]

GOLD = Path(__file__).parent / "gold"
ENOUGH_F1 = 0.6
EXTRA_WORDS = 5  # an answer may say this much more than the accepted spelling that stands in it


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
class Row:
    """A question, what came back, and how it is judged.

    Attributes:
        em, f1: SQuAD's, in [0, 1], the best over the accepted spellings; 0 when refused.
        correct: Found, and F1 with an accepted spelling is at least 0.6 and its figures are all
            there, or an accepted spelling stands whole in the answer with at most five words around
            it; and no differing value stands in the answer beside it.
        stale: Found and not correct, but correct for one of the differing values.
        sentence: A cited sentence overlaps a gold sentence.
        article: A cited article holds a gold sentence.
        surfaced: How many of the differing values `others` of the answer shows.
        citations, exact: Citations of every sort, and how many are exact slices of their article.
    """

    question: GoldQuestion
    answer: Answer
    em: float
    f1: float
    correct: bool
    stale: bool
    sentence: bool
    article: bool
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


def gold(options: "Options") -> dict[str, object]:
    """Ask the gold questions and return the figures for dev, test and both, as JSON values.

    Shares are in [0, 1] with a 95% bootstrap interval over questions. `false_refusal` is the share
    of answerable questions that were refused, `false_answer` of unanswerable ones that were not;
    for both, lower is better. `others_recall` is over differing values, not questions. What went
    wrong in dev is printed on stderr; in test, nobody should look.
    """
    rows = gold_rows(options)
    parts = {name: [row for row in rows if row.question.split == name] for name in ("dev", "test")}
    for line in misses(parts["dev"]):
        print(line, file=sys.stderr)
    return {
        "suite": "gold",
        "sha256": gold_hash(),
        "n": len(rows),
        **{name: _figures(part) for name, part in parts.items()},
        "all": _figures(rows),
    }


def gold_rows(options: "Options") -> list[Row]:
    """Ask the gold questions of `options.archive`, or of a fresh archive of the sample articles.

    With `options.limit`, that many questions spread over the whole file.
    """
    questions = _spread(load_gold(), options.limit)
    with _archive(options.archive) as archive:
        assistant = Assistant(archive)
        return [judge(q, assistant.ask(q.question, q.history), archive.article) for q in questions]


def misses(rows: Sequence[Row]) -> Iterator[str]:
    """Yield one line for each question that went wrong: what was expected and what came."""
    for row in rows:
        wanted = " / ".join(row.question.answers) or "(not in the articles)"
        got = row.answer.text if row.answer.found else "(refused)"
        fault = _fault(row)
        if fault:
            line = f"{row.question.id} [{fault}] {row.question.question!r}: wanted {wanted!r}, got {got!r}"
            yield f"{line} (confidence {row.answer.confidence:.2f})"


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


def _spread(questions: list[GoldQuestion], limit: int | None) -> list[GoldQuestion]:
    if limit is None or limit >= len(questions):
        return questions
    return [questions[i * len(questions) // limit] for i in range(limit)]


@contextmanager
def _archive(path: Path | None) -> Iterator[Archive]:
    if path is not None:
        with Archive.open(path) as archive:
            yield archive
        return
    with (
        tempfile.TemporaryDirectory(prefix="dateline-gold-") as folder,
        Archive.open(Path(folder) / "archive", create=True) as archive,
    ):
        add_articles(archive, read_articles(str(GOLD / "articles")))
        yield archive


def judge(question: GoldQuestion, answer: Answer, fetch: Callable[[str], Article | None]) -> Row:
    """Judge an answer; `fetch` gives the stored article with an id, to check the citations against."""

    def text(citation: Citation) -> str:
        article = fetch(citation.article.id)
        return article.text if article else ""

    every = [*answer.citations, *answer.nearest, *(c for other in answer.others for c in other.citations)]
    titles = {e.article for e in question.evidence}
    differing = [(e.text,) for e in question.others]
    both = any(_stands_in(e.text, answer.text) for e in question.others)
    correct = answer.found and _accepts(question.answers, answer.text) and not both
    return Row(
        question=question,
        answer=answer,
        em=exact_match(answer.text, question.answers) if answer.found and question.answers else 0.0,
        f1=best_f1(answer.text, question.answers) if answer.found and question.answers else 0.0,
        correct=correct,
        stale=answer.found and not correct and any(_accepts(value, answer.text) for value in differing),
        sentence=any(_overlaps(c, text(c), question.evidence) for c in answer.citations),
        article=any(c.article.title in titles for c in answer.citations),
        surfaced=sum(any(_accepts(value, other.text) for other in answer.others) for value in differing),
        citations=len(every),
        exact=sum(_is_exact(c, text(c)) for c in every),
    )


def _accepts(answers: Sequence[str], text: str) -> bool:
    return any(_close(answer, text) or _stands_in(answer, text) for answer in answers)


def _close(answer: str, text: str) -> bool:
    """F1 alone takes '2.1 billion marks' for '2.9 billion marks' (0.67): the figures must be there."""
    wanted, got = normalize(answer).split(), normalize(text).split()
    figures = {word for word in wanted if any(map(str.isdigit, word))}
    return f1(text, answer) >= ENOUGH_F1 and figures <= set(got)


def _stands_in(answer: str, text: str) -> bool:
    wanted, got = normalize(answer).split(), normalize(text).split()
    places = range(len(got) - len(wanted) + 1)
    return len(got) <= len(wanted) + EXTRA_WORDS and any(got[i : i + len(wanted)] == wanted for i in places)


def _overlaps(citation: Citation, text: str, evidence: Sequence[Evidence]) -> bool:
    for gold_sentence in evidence:
        start = text.find(gold_sentence.text)
        end = start + len(gold_sentence.text)
        if start >= 0 and citation.sentence_start < end and start < citation.sentence_end:
            return True
    return False


def _is_exact(citation: Citation, text: str) -> bool:
    return (
        text[citation.start : citation.end] == citation.quote != ""
        and text[citation.sentence_start : citation.sentence_end] == citation.sentence
        and citation.sentence_start <= citation.start <= citation.end <= citation.sentence_end
    )


def _figures(rows: Sequence[Row]) -> dict[str, object]:
    answerable = [row for row in rows if row.question.answerable]
    unanswerable = [row for row in rows if not row.question.answerable]
    differing = [row for row in answerable if row.question.others]
    values = sum(len(row.question.others) for row in differing)
    citations = sum(row.citations for row in rows)
    return {
        "answerable": {
            "n": len(answerable),
            "em": _share(answerable, lambda row: row.em),
            "f1": _share(answerable, lambda row: row.f1),
            "correct": _share(answerable, lambda row: row.correct),
            "sentence_cited": _share(answerable, lambda row: row.sentence),
            "article_cited": _share(answerable, lambda row: row.article),
            "false_refusal": _share(answerable, lambda row: not row.answer.found),
        },
        "unanswerable": {
            "n": len(unanswerable),
            "false_answer": _share(unanswerable, lambda row: row.answer.found),
            "near_misses": _false_answers([row for row in unanswerable if row.question.near_miss]),
            "off_topic": _false_answers([row for row in unanswerable if not row.question.near_miss]),
        },
        "follow_ups": _short([row for row in answerable if row.question.history]),
        "differing": {
            **_short(differing),
            "stale": _share(differing, lambda row: row.stale),
            "values": values,
            "others_recall": round(sum(row.surfaced for row in differing) / values, 4) if values else None,
        },
        "by_kind": {
            kind: _short([row for row in answerable if row.question.kind == kind])
            for kind in sorted({row.question.kind for row in answerable})
        },
        "citations": {
            "n": citations,
            "exact": round(sum(row.exact for row in rows) / citations, 6) if citations else None,
        },
    }


def _short(rows: Sequence[Row]) -> dict[str, object]:
    return {
        "n": len(rows),
        "correct": _share(rows, lambda row: row.correct),
        "sentence_cited": _share(rows, lambda row: row.sentence),
    }


def _false_answers(rows: Sequence[Row]) -> dict[str, object]:
    return {"n": len(rows), "false_answer": _share(rows, lambda row: row.answer.found)}


def _share(rows: Sequence[Row], value: Callable[[Row], float]) -> dict[str, object] | None:
    if not rows:
        return None
    interval: Interval = bootstrap([float(value(row)) for row in rows])
    return {"value": round(interval.mean, 4), "low": round(interval.low, 4), "high": round(interval.high, 4)}


def _fault(row: Row) -> str:
    """Return what went wrong in a word or two, or an empty string."""
    if not row.question.answerable:
        return "answered" if row.answer.found else ""
    if not row.answer.found:
        return "refused"
    if row.correct:
        return "" if row.sentence else "other sentence"
    return "stale" if row.stale else "wrong"
