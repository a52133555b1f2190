"""The scale suite: what 1,000, 10,000 and 100,000 passages cost to take in, ask, filter, remove and check."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from eval.data.files import hash_of
from eval.data.paragraphs import WIKINEWS, wikinews_articles
from eval.scores.metrics import percentile
from eval.suite import SEED, Options, Result, Row
from eval.suites.speed import archive_questions, milliseconds
from ingest.archive import Archive
from ingest.archive.check import check
from ingest.archive.sqlite import Record, create_record
from ingest.article import Article
from ingest.encoder.encoder import Encoder, load_encoder
from ingest.filters import ALL_ARTICLES, Filters
from ingest.passages import split_passages
from ingest.pipeline import add_articles
from ingest.processors import processors
from qa.assistant import Assistant
from qa.english.words import search_terms
from qa.retrieve.hybrid import DEPTH

__all__ = ["BulkEncoder", "copies", "grow", "scale"]

SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 30
OUTLETS = 20
FIRST_DAY = date(2010, 1, 1)
DAYS = 5_000
WITHIN = Filters(outlets=("Outlet 3", "Outlet 7"), since="2012-01-01", until="2018-12-31")


class BulkEncoder:
    """The default encoder for questions and the first passages, random unit vectors for the rest."""

    def __init__(self) -> None:
        self._real: Encoder = load_encoder()
        self._chance = np.random.default_rng(SEED)
        self.name, self.fingerprint, self.dimension = self._real.name, self._real.fingerprint, self._real.dimension
        self.random = False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not self.random:
            return self._real.encode(texts)
        vectors = self._chance.standard_normal((len(texts), self.dimension), dtype=np.float32)
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def scale(options: Options) -> Result:
    """Grow an archive from 1,000 to 100,000 passages, and time at each size what people do with it.

    The articles are those of Wikinews, then copies of them whose numbers and title differ, dealt out to OUTLETS
    outlets and DAYS days. Passages beyond the first size get random unit vectors, because embedding 100,000 takes
    15 minutes on 2 cores: `ingest_s` is then splitting, SQLite and Chroma alone, which `embedded` says, and
    `articles_a_second` of the ingest suite is what embedding adds. Random vectors have no neighbourhoods, which is
    hard on Chroma's graph. What is found is not judged.

    At each size: `ingest_s` of the step; `open_ask_s`, from opening the archive to its first answer; `ask_ms`, p50 and
    p95 of questions made of the archive's own words, without and with a filter by two outlets and seven years;
    the share of `dense` and `keyword` in them, p50; `list_ms`, the first fifty articles within the filter; `remove_s`
    of one article; `check_s`, and what it found; memory of this process, and disk. With `options.limit`, only sizes up
    to that many passages. `options.archive` is not used.
    """
    news = wikinews_articles(options.data)
    sizes: dict[str, dict[str, Any]] = {}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as temporary:
        folder = Path(temporary) / "archive"
        folder.mkdir()
        encoder = BulkEncoder()
        create_record(folder, encoder)
        articles = copies(news)
        for size in [size for size in SIZES if size <= (options.limit or SIZES[-1])] or [options.limit or SIZES[0]]:
            with Archive(folder, Record(folder), encoder) as archive:
                taken = grow(archive, articles, size)
            encoder.random = False
            measured, own = _measure(folder, encoder, size, news)
            sizes[str(size)] = {"ingest_s": taken, "embedded": size == SIZES[0], **measured}
            rows += own
            encoder.random = True
    return Result(
        data={name: hash_of(options.data / name) for name in WIKINEWS},
        rows=tuple(rows),
        figures={"n": len(rows), "processors": processors(), "sizes": sizes},
        headline="ms",
        lower=("ms",),
        models={"encoder": encoder.fingerprint},
        packages=("onnxruntime", "chromadb", "numpy"),
    )


def copies(news: Sequence[Article]) -> Iterator[Article]:
    """Yield the articles, then copies without end; a copy's numbers are moved by its own, so that words differ."""
    for number in count():
        article, copy = news[number % len(news)], number // len(news)
        day = FIRST_DAY + timedelta(days=number * 37 % DAYS)
        text = article.text
        if copy:
            text = "".join(str((int(c) + copy) % 10) if c in "0123456789" else c for c in f"Report {copy}. {text}")
        yield replace(
            article,
            id=f"{number:016x}",
            title=f"{article.title} ({copy})" if copy else article.title,
            text=text,
            url=None,
            published=day.isoformat(),
            outlet=f"Outlet {number % OUTLETS}",
        )


def grow(archive: Archive, articles: Iterator[Article], size: int) -> float:
    """Add articles until there are `size` passages; return the seconds."""
    chosen, passages = [], archive.passage_count()
    while passages < size:
        article = next(articles)
        chosen.append(article)
        passages += len(split_passages(article))
    started = time.perf_counter()
    add_articles(archive, chosen)
    return round(time.perf_counter() - started, 2)


def _measure(folder: Path, encoder: Encoder, size: int, news: Sequence[Article]) -> tuple[dict[str, Any], list[Row]]:
    asked = archive_questions(news, QUESTIONS)
    started = time.perf_counter()
    with Archive(folder, Record(folder), encoder) as archive:
        assistant = Assistant(archive)
        assistant.ask(asked[0])
        opened = time.perf_counter() - started
        plain = [milliseconds(partial(assistant.ask, q)) for q in asked]
        within = [milliseconds(partial(assistant.ask, q, filters=WITHIN)) for q in asked]
        vectors = [encoder.encode([q])[0] for q in asked]
        parts = {
            name: {
                "dense": _p50([milliseconds(partial(archive.dense, v, DEPTH, filters)) for v in vectors]),
                "keyword": _p50(
                    [milliseconds(partial(archive.keyword, search_terms(q), DEPTH, filters)) for q in asked]
                ),
            }
            for name, filters in (("all", ALL_ARTICLES), ("within", WITHIN))
        }
        listed = milliseconds(lambda: list(islice(archive.articles(WITHIN), 50)))
        counts = {"articles": len(archive), "passages": archive.passage_count()}
        memory = round(psutil.Process().memory_info().rss / 1e6, 1)
        disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
        removed = milliseconds(lambda: archive.remove([next(archive.articles()).id]))
        started = time.perf_counter()
        findings = check(archive)
        checked = time.perf_counter() - started
    figures = {
        **counts,
        "open_ask_s": round(opened, 2),
        "ask_ms": {"p50": round(percentile(plain, 50), 1), "p95": round(percentile(plain, 95), 1)},
        "ask_within_ms": {"p50": round(percentile(within, 50), 1), "p95": round(percentile(within, 95), 1)},
        "search_ms": parts,
        "list_ms": round(listed, 1),
        "remove_s": round(removed / 1000, 3),
        "check_s": round(checked, 2),
        "found_by_check": [finding.problem for finding in findings],
        "memory_mb": memory,
        "disk_mb": round(disk, 1),
    }
    rows = [
        Row(f"{size}/{name}/{n}", f"{size}", question, {}, {"ms": round(ms, 1)}, None, {})
        for name, taken in (("all", plain), ("within", within))
        for n, (question, ms) in enumerate(zip(asked, taken, strict=True))
    ]
    return figures, rows


def _p50(taken: Sequence[float]) -> float:
    return round(percentile(taken, 50), 1)
