"""The speed suite: how long an answer takes, warm and cold, and how much memory it holds."""

import hashlib
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from eval.pool import fresh_folder
from eval.scores.metrics import percentile
from eval.suite import Options, Result, Row
from eval.suites.gold import GOLD, load_gold
from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import ArchiveError, InputError
from ingest.passages import Passage, sentence_spans
from ingest.processors import processors
from ingest.sources import read_articles
from qa.assistant import Assistant
from qa.read.reader import Reader

__all__ = ["archive_questions", "milliseconds", "slices", "speed"]

QUESTIONS = 100
COLD_RUNS = 3
READ_PASSAGES = 10
READ_WORDS = 130
READ_ROUNDS = 15
QUESTION_WORDS = 10


def speed(options: Options) -> Result:
    """Measure on `options.archive`, or on a fresh archive of the sample articles; return JSON values.

    ask: `Assistant.ask` in this process after three questions to warm up, in milliseconds; fast: with the fast reader.
    cold: `dateline ask` as a process of its own, in seconds; the median of three after one that is not
    counted, so the encoder is already exported and the files are in the disk cache.
    memory: resident megabytes (10^6 bytes) of this process after the questions, and the most that a cold
    process held; null where the system does not say.
    read: ten passages of 130 words with the shipped fast reader, and with the checkpoint it came from in float32
    on torch (in batches of 16), in milliseconds: p50 of rounds taken in turns, so that other work on the
    machine slows both. The ratio is below 1 where the shipped reader is faster; null without the checkpoint,
    which lies in reader/ beside the data folder.
    """
    with _archive_folder(options.archive) as folder:
        # First: a child's highest memory counts what this process held when it started it.
        with Archive.open(folder) as archive:
            articles = list(archive.articles())
        asked = _questions(options, articles)
        cold = _cold(folder, asked[0])
        with Archive.open(folder) as archive:
            assistant = Assistant(archive)
            warm = _warm(assistant, asked)
            fast = _warm(Assistant(archive, "fast"), asked)
            resident = _resident()
            fingerprint = archive.encoder.fingerprint
        passages = slices(articles, READ_PASSAGES, READ_WORDS)
        reading = _reading(Reader.load("fast"), asked[0], passages, options.data.parent / "reader")
    return Result(
        data={"archive": _digest(articles)},
        rows=tuple(_row(number, *pair) for number, pair in enumerate(zip(asked, warm, strict=True))),
        figures={
            "articles": len(articles),
            "processors": processors(),
            "ask_ms": _latency(warm),
            "fast_ms": _latency(fast),
            "cold_s": {"median": round(statistics.median(cold), 2), "runs": [round(run, 2) for run in cold]},
            "memory_mb": {"warm": resident, "cold": _children_memory()},
            "read": reading,
        },
        headline="ms",
        lower=("ms",),
        models={"reader": assistant.reader.fingerprint, "encoder": fingerprint},
        packages=("onnxruntime", "tokenizers", "chromadb", "numpy"),
    )


def archive_questions(articles: Sequence[Article], count: int) -> list[str]:
    """Return `count` questions about the articles: the first words of sentences spread over all of them.

    They need no answer; they have the archive's own words, so both halves of the search have work to do.
    """
    each = [_sentences(article) for article in articles]
    # The first sentence of every article, then the second of every article, and so on.
    longest = max(map(len, each), default=0)
    turns = [sentences[n] for n in range(longest) for sentences in each if n < len(sentences)]
    return list(islice(cycle(turns), count)) if turns else []


def slices(articles: Sequence[Article], count: int, words: int) -> list[Passage]:
    """Cut `count` passages of exactly `words` words from the articles' texts, joined and repeated as needed."""
    stream = cycle(chain.from_iterable(article.text.split() for article in articles))
    texts = [" ".join(islice(stream, words)) for _ in range(count)]
    return [Passage(f"slice:{n}", "slice", n, 0, len(text), "", text) for n, text in enumerate(texts)]


@contextmanager
def _archive_folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with fresh_folder(read_articles(str(GOLD / "articles"))) as folder:
        yield folder


def _questions(options: Options, articles: Sequence[Article]) -> list[str]:
    count = options.limit or QUESTIONS
    if options.archive is None:
        asked = list(islice(cycle(question.question for question in load_gold()), count))
    else:
        asked = archive_questions(articles, count)
    if not asked:
        raise InputError(f"{options.archive} holds no article to ask about: fill it with dateline ingest")
    return asked


def _sentences(article: Article) -> list[str]:
    texts = (article.text[start:end] for start, end in sentence_spans(article.text))
    return [" ".join(text.split()[:QUESTION_WORDS])[:400] + "?" for text in texts if re.search(r"\w", text)]


def _cold(folder: Path, question: str) -> list[float]:
    """Seconds of `dateline ask` from start to end, COLD_RUNS times after one that is not counted."""
    command = [sys.executable, "-m", "ui.cli", "ask", question, "--json", "--archive", str(folder)]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    taken = []
    for _ in range(COLD_RUNS + 1):
        started = time.perf_counter()
        ended = subprocess.run(command, env=here, capture_output=True, text=True, check=False)  # noqa: S603
        taken.append(time.perf_counter() - started)
        if ended.returncode:
            raise ArchiveError(f"dateline ask failed: {ended.stderr.strip()[-300:]}")
    return taken[1:]


def _latency(taken: Sequence[float]) -> dict[str, Any]:
    return {
        "p50": round(percentile(taken, 50), 1),
        "p95": round(percentile(taken, 95), 1),
        # The latency curve: how long the fastest 0, 5, … 100% of the questions took at most.
        "curve": [round(percentile(taken, share), 1) for share in range(0, 101, 5)],
    }


def _warm(assistant: Assistant, asked: Sequence[str]) -> list[float]:
    """Milliseconds of each question, after three to warm up."""
    for question in asked[:3]:
        assistant.ask(question)
    return [milliseconds(partial(assistant.ask, question)) for question in asked]


def _row(number: int, question: str, milliseconds: float) -> Row:
    return Row(str(number), "warm", question, {}, {"ms": round(milliseconds, 1)}, None, {})


def _reading(reader: Reader, question: str, passages: Sequence[Passage], checkpoint: Path) -> dict[str, Any]:
    ours: list[float] = []
    reference: list[float] = []
    baseline = _baseline(checkpoint, question, passages)
    for _ in range(READ_ROUNDS + 1):
        ours.append(milliseconds(lambda: reader.read(question, passages)))
        if baseline:
            reference.append(milliseconds(baseline))
    p50 = statistics.median(ours[1:])
    torch_p50 = statistics.median(reference[1:]) if baseline else None
    return {
        "passages": len(passages),
        "words": READ_WORDS,
        "p50_ms": round(p50, 1),
        "torch_fp32_p50_ms": round(torch_p50, 1) if torch_p50 else None,
        "ratio": round(p50 / torch_p50, 3) if torch_p50 else None,
        "ratio_missing": None if torch_p50 else f"no checkpoint in {checkpoint}",
    }


def _baseline(checkpoint: Path, question: str, passages: Sequence[Passage]) -> Callable[[], object] | None:
    if not (checkpoint / "model.safetensors").is_file():
        return None
    from qa.training.measure import best_spans
    from qa.training.model import load_model, load_tokenizer

    model, tokenizer = load_model(checkpoint), load_tokenizer(checkpoint)
    pairs = [(question, passage.text) for passage in passages]
    return lambda: best_spans(model, tokenizer, pairs)


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def _resident() -> float | None:
    """Megabytes of this process that are in memory now; Linux tells it in /proc."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return round(int(found[1]) * 1024 / 1e6, 1) if found else None


def _children_memory() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes on macOS, in KiB elsewhere
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6, 1)


def _digest(articles: Sequence[Article]) -> str:
    """SHA-256 over the articles' ids and texts, in order of id."""
    digest = hashlib.sha256()
    for article in sorted(articles, key=lambda article: article.id):
        digest.update(f"{article.id}\0{article.text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
