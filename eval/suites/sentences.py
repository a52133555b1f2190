"""The sentences suite: the sentences cited, against those that people marked as the ones that answer.

The passages of the questions asked are pooled in one archive. Sentences are the data's own: one is cited when a
cited sentence covers more than half of it, or lies more than half in it. Two sentences of the same words are one,
so that passages which repeat each other do no harm.
"""

from collections.abc import Iterable, Mapping, Sequence

from eval.asking import PACKAGES, assistant_over, models_of
from eval.data.test_sets import Document, SentenceQuestion, article_of, load_clapnq, load_qed
from eval.scores.judging import accepts, all_exact
from eval.scores.stages import Place, lost_at, record, retrieved_rank
from eval.scores.tally import means, stages
from eval.suite import Options, Result, Row, spread
from qa.assistant import Assistant
from qa.types import Citation

__all__ = ["QED_QUESTIONS", "Overlap", "SentencePool", "best_overlap", "sentences"]

# Of 1,021 with a supporting sentence, so that with CLAPNQ's 300 the suite takes about four minutes on two cores.
QED_QUESTIONS = 400

Overlap = tuple[float, float, float]
"""Precision, recall and F1, each in [0, 1]."""


def sentences(options: Options) -> Result:
    """Ask CLAPNQ's answerable dev questions and a spread of QED's, and judge the sentences cited for the answer.

    Where several annotators chose sentences, the one is taken whose choice agrees best (as SQuAD does with answers).
    A refused question cites nothing: its recall, F1 and hit are 0, and its precision does not count. `hit`: a
    cited sentence is gold. `when_answered` and `when_retrieved` are over the questions that were answered, and over
    those where a passage with a gold sentence was read.

    Whether the words of the answer are right is known for QED only, and used there to tell a wrong citation from
    a wrong value; CLAPNQ's answers are written freely, so there a hit counts as right.

    Raises:
        InputError: A test set is missing or not in its format, or the options name an archive.
    """
    clapnq, qed = load_clapnq(options.data, "answerable"), load_qed(options.data)
    asked = [("clapnq", question) for question in clapnq.items]
    asked += [("qed", question) for question in spread(qed.items, QED_QUESTIONS)]
    asked = spread(asked, options.limit)
    pool = SentencePool(question.document for _, question in asked)
    with assistant_over(options, pool.articles) as assistant:
        rows = [_row(part, question, pool, assistant) for part, question in asked]
        models = models_of(assistant)
    parts = {part: [row for row in rows if row.part == part] for part in ("clapnq", "qed")}
    figures = {
        "articles": len(pool.articles),
        **{part: _figures(part_rows) for part, part_rows in parts.items()},
        "all": _figures(rows),
        "not_measured": {
            "qed": "questions that QED explains by several sentences or by none: it marks no supporting sentence there",
        },
    }
    data = {loaded.name: loaded.sha256 for loaded in (clapnq, qed)}
    return Result(data, tuple(rows), figures, headline="f1", models=models, packages=PACKAGES)


class SentencePool:
    """Documents as articles, and where each of their sentences stands in them."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Take documents with sentences; equal ones are one article."""
        self._documents: dict[str, Document] = {}
        self._places: dict[str, list[Place]] = {}
        articles = {}
        for document in documents:
            article = article_of(document)
            if article.id in articles:
                continue
            articles[article.id] = article
            self._documents[article.id] = document
            for start, end in document.sentences:
                self._places.setdefault(document.text[start:end], []).append(Place(article.id, start, end))
        self.articles = tuple(articles.values())

    def places(self, texts: Iterable[str]) -> list[Place]:
        """Return where these sentences stand, in every document that has one."""
        return [place for text in sorted(set(texts)) for place in self._places.get(text, [])]

    def cited(self, citations: Sequence[Citation]) -> set[str]:
        """Return the texts of the sentences cited; of a citation outside all sentences, its own."""
        texts: set[str] = set()
        for citation in citations:
            document = self._documents[citation.article.id]
            touched = [
                document.text[start:end]
                for start, end in document.sentences
                if _mostly_shared(start, end, citation.sentence_start, citation.sentence_end)
            ]
            texts.update(touched or [citation.sentence])
        return texts


def best_overlap(cited: set[str], golds: Sequence[set[str]]) -> Overlap:
    """Return the overlap of the sentences cited, at least one, with the choice that gives the highest F1."""
    overlaps: list[Overlap] = []
    for gold in golds:
        shared = len(cited & gold)
        overlaps.append((shared / len(cited), shared / len(gold), 2 * shared / (len(cited) + len(gold))))
    return max(overlaps, key=lambda overlap: overlap[2])


def _mostly_shared(start: int, end: int, other_start: int, other_end: int) -> bool:
    shared = min(end, other_end) - max(start, other_start)
    return 2 * shared > min(end - start, other_end - other_start)


def _row(part: str, question: SentenceQuestion, pool: SentencePool, assistant: Assistant) -> Row:
    trace = assistant.trace(question.question)
    answer = trace.answer
    golds = _golds(question)
    every = set().union(*golds)
    places = pool.places(every)
    cited = pool.cited(answer.citations)
    hit = bool(cited & every)
    scores = {
        "recall": 0.0,
        "f1": 0.0,
        "hit": float(hit),
        "answered": float(answer.found),
        "retrieved": float(retrieved_rank(trace.candidates, places) is not None),
    }
    if cited:
        scores["precision"], scores["recall"], scores["f1"] = best_overlap(cited, golds)
    stage = lost_at(
        trace,
        answerable=True,
        right=answer.found and accepts(question.answers, answer.text) if question.answers else hit,
        cited=hit,
        exact=all_exact(answer, assistant.archive.article),
        places=places,
        accepts=lambda text: (
            accepts(question.answers, text) if question.answers else any(text in gold for gold in every)
        ),
    )
    gold: Mapping[str, object] = {"sentences": [sorted(gold) for gold in golds], "answers": list(question.answers)}
    return Row(f"{part}:{question.id}", part, question.question, gold, scores, stage, record(trace))


def _golds(question: SentenceQuestion) -> list[set[str]]:
    texts = [question.document.text[start:end] for start, end in question.document.sentences]
    return [{texts[place] for place in choice} for choice in question.gold]


def _figures(rows: Sequence[Row]) -> dict[str, object]:
    shown = ("f1", "precision", "recall", "hit")
    return {
        **means(rows, *shown, "answered", "retrieved"),
        "when_answered": means([row for row in rows if row.scores["answered"]], *shown),
        "when_retrieved": means([row for row in rows if row.scores["retrieved"]], *shown),
        "stages": stages(rows),
    }
