"""The rounds suite: what a round of new articles costs where a thousand questions are watched."""

import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from eval.data.files import hash_of
from eval.data.paragraphs import WIKINEWS, wikinews_articles
from eval.suite import Options, Result, Row
from eval.suites.scale import BulkEncoder, copies, grow
from eval.suites.speed import archive_questions
from ingest.archive import Archive
from ingest.archive.sqlite import Record, create_record
from ingest.article import Article
from ingest.filters import ALL_ARTICLES
from ingest.pipeline import add_articles
from ingest.processors import processors
from qa.assistant import PASSAGES_READ, Assistant
from qa.read.reader import Reader
from qa.watch.matching import matching
from qa.watch.rounds import ask_again

__all__ = ["rounds"]

PASSAGES = 100_000
EMBEDDED = 1_000
WATCHED = 1_000
ARTICLES = 20
ROUNDS = 5


def rounds(options: Options) -> Result:
    """Watch 1,000 questions in an archive of 100,000 passages, and time rounds of 20 articles that come in.

    The archive is that of the scale suite, whose first 1,000 passages are embedded and the others have random vectors,
    which are near no question: how near a passage must come is that of an archive of 1,000, so more questions are asked
    again than in a real one of this size. The questions are made of the archive's own words. The articles of a round
    are of Wikinews, with other numbers, and embedded.

    A row is a round: `choosing_s`, finding out which questions the articles can matter to; `chosen`, how many; `ask_s`,
    asking them with the reader. With `options.limit`, that many passages. `options.archive` is not used.
    """
    news = wikinews_articles(options.data)
    size = options.limit or PASSAGES
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as temporary:
        folder = Path(temporary) / "archive"
        folder.mkdir()
        encoder = BulkEncoder()
        create_record(folder, encoder)
        articles = copies(news)
        for step in sorted({min(size, EMBEDDED), size}):
            with Archive(folder, Record(folder), encoder) as archive:
                grow(archive, articles, step)
                if step == min(size, EMBEDDED):
                    encoder.random = False
                    _watch(archive, archive_questions(news, WATCHED))
                    encoder.random = True
        encoder.random = False
        with Archive(folder, Record(folder), encoder) as archive:
            archive.watches.settle(archive.watches.moment()[0])
            counts = {"articles": len(archive), "passages": archive.passage_count(), "watched": len(archive.watches)}
            assistant = Assistant(archive, Reader.load(options.reader))
            assistant.ask(archive.watches.all()[0].question)
            for number in range(ROUNDS):
                rows.append(_round(archive, assistant, number, list(islice(articles, ARTICLES))))
    names = ("choosing_s", "chosen", "ask_s")
    figures = {
        **counts,
        "processors": processors(),
        **{name: round(sum(row.scores[name] for row in rows) / len(rows), 3) for name in names},
        "most_choosing_s": max(row.scores["choosing_s"] for row in rows),
    }
    return Result(
        data={name: hash_of(options.data / name) for name in WIKINEWS},
        rows=tuple(rows),
        figures=figures,
        headline="choosing_s",
        lower=names,
        models={"encoder": encoder.fingerprint},
        packages=("onnxruntime", "chromadb", "numpy"),
    )


def _watch(archive: Archive, questions: list[str]) -> None:
    """Keep the questions as if each had been asked and not answered."""
    vectors = archive.encoder.encode(questions)
    for number, (question, vector) in enumerate(zip(questions, vectors, strict=True)):
        watch = archive.watches.add(
            question, f"{number} {question}"[:100], ALL_ARTICLES, vector.astype("<f4").tobytes()
        )
        least = archive.dense(vector, PASSAGES_READ)[-1][1]
        assert archive.watches.keep(watch, archive.watches.moment(), least, None, None)


def _round(archive: Archive, assistant: Assistant, number: int, articles: list[Article]) -> Row:
    add_articles(archive, [replace(article, published="2026-01-02") for article in articles])
    kept = archive.watches
    started = time.perf_counter()
    chosen = matching(archive, kept.all(), kept.latest(), kept.news().articles)
    choosing = time.perf_counter() - started
    asked = 0

    def asker() -> Assistant:
        nonlocal asked
        asked += 1
        return assistant

    started = time.perf_counter()
    told = list(ask_again(archive, asker))
    taken = time.perf_counter() - started - choosing
    assert asked == len(chosen)
    scores = {"choosing_s": round(choosing, 3), "chosen": float(asked), "ask_s": round(taken, 2)}
    return Row(f"round {number}", "round", "", {}, scores, None, {"told": len(told)})
