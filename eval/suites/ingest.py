"""The ingest suite: how fast articles are taken in, and what is found again, beside LlamaIndex's default path."""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.data.files import hash_of
from eval.data.paragraphs import WIKINEWS, Sought, wikinews_articles, xquad_hashes, xquad_paragraphs
from eval.memory import peak_megabytes
from eval.pool import fresh_archive
from eval.scores.metrics import difference, share
from eval.scores.stages import Stage
from eval.scores.tally import stages
from eval.suite import Options, Result, Row, spread
from ingest.archive import Archive
from ingest.article import Article
from ingest.passages import Passage, split_passages
from ingest.pipeline import add_articles
from ingest.processors import processors
from qa.retrieve.hybrid import retrieve

if TYPE_CHECKING:
    from eval.systems import Chunk, LlamaIndexArchive

__all__ = ["ingest"]

# With XQuAD-32's 160 paragraphs about 1,100 passages: 3 minutes on 2 cores for both systems.
NEWS_ARTICLES = 100
QUESTIONS = 200
DEPTH = 10
ROUNDS = 5
# Short articles, of one passage: 10,000 like those of Wikinews would take minutes more to embed.
MEMORY_ARTICLES = (1_000, 10_000)


def ingest(options: Options) -> Result:
    """Put the same articles into an archive of ours and into LlamaIndex's default path, and ask both.

    The articles are NEWS_ARTICLES of Wikinews and XQuAD-32's paragraphs, each an article of its own, dealt out to
    five rounds so that each has some of both. In every round both systems add the round's articles to what they
    have, the one that goes first taking turns; models are loaded and one article is added before the clock
    starts. `articles_a_second` is over all rounds; `ratio` is ours / theirs, above 1 where ours is faster: the
    median, least and most of the rounds. `processor_seconds` and `processor_ratio` are the same in time that the
    processors worked, which other work on the machine changes less.

    `memory_mb` is the most that a process held which ingested that many made-up articles of two sentences.

    recall@10 is the share of QUESTIONS of XQuAD-32 whose answer lies whole in one of the first ten chunks
    retrieved, ours by `retrieve`, theirs by the index's retriever. Their chunks are longer, and the encoder reads
    only `read_share` of their words: what is behind is stored and not embedded. `words_retrieved` is how many
    words ten chunks have. XQuAD's paragraphs are short enough to be embedded nearly whole, which favours theirs.

    With `options.limit`, that many questions, the paragraphs that hold their answers, half as many articles of
    Wikinews, and no measure of memory. `options.archive` is not used.
    """
    from eval.systems import LlamaIndexArchive

    articles, sought = _chosen(options)
    first, rest = articles[0], articles[1:]
    with (
        fresh_archive([first]) as ours,
        tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder,
        closing(LlamaIndexArchive(Path(folder))) as theirs,
    ):
        theirs.add([first])
        seconds, worked = _race(ours, theirs, [rest[n::ROUNDS] for n in range(min(ROUNDS, len(rest)))])
        rows = [_row(question, ours, theirs) for question in sought]
        speeds = {name: len(rest) / sum(taken) for name, taken in seconds.items()}
        ratios = [b / a for a, b in zip(seconds["ours"], seconds["theirs"], strict=True)]
        passages = [passage.text for article in articles for passage in split_passages(article)]
        chunks = theirs.chunks()
        figures: dict[str, Any] = {
            "n": len(rows),
            "articles": len(articles),
            "processors": processors(),
            "articles_a_second": {name: round(speed, 3) for name, speed in speeds.items()},
            "ratio": {
                "median": round(statistics.median(ratios), 3),
                "least": round(min(ratios), 3),
                "most": round(max(ratios), 3),
                "rounds": [round(ratio, 3) for ratio in ratios],
            },
            "processor_seconds": {name: round(sum(taken), 2) for name, taken in worked.items()},
            "processor_ratio": round(sum(worked["theirs"]) / sum(worked["ours"]), 3),
            "chunks": {"ours": len(passages), "theirs": len(chunks)},
            "words_a_chunk": {"ours": _words(passages), "theirs": _words(chunks)},
            "read_share": {"theirs": round(theirs.read_share(), 4)},
            **_recall_figures(rows),
            "memory_mb": {} if options.limit else {str(n): peak_megabytes(n) for n in MEMORY_ARTICLES},
        }
        encoder = ours.encoder.fingerprint
    return Result(
        data={**xquad_hashes(options.data), **{name: hash_of(options.data / name) for name in WIKINEWS}},
        rows=tuple(rows),
        figures=figures,
        headline="ours_recall@10",
        models={"encoder": encoder},
        packages=(
            *("onnxruntime", "tokenizers", "chromadb", "numpy", "sentencex", "torch", "sentence-transformers"),
            *("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-vector-stores-chroma"),
        ),
    )


def _chosen(options: Options) -> tuple[list[Article], list[Sought]]:
    paragraphs, asked = xquad_paragraphs(options.data)
    sought = spread(asked, options.limit or QUESTIONS)
    if options.limit:
        holding = {place.article_id for question in sought for place in question.places}
        paragraphs = [article for article in paragraphs if article.id in holding]
    news = wikinews_articles(options.data)
    return [*spread(news, (options.limit + 1) // 2 if options.limit else NEWS_ARTICLES), *paragraphs], sought


def _race(
    ours: Archive, theirs: "LlamaIndexArchive", rounds: Sequence[Sequence[Article]]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return the seconds of each round for both, by the clock and of the processors.

    They take turns, so that other work on the machine slows both.
    """
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    worked: dict[str, list[float]] = {"ours": [], "theirs": []}
    add: dict[str, Callable[[Sequence[Article]], object]] = {
        "ours": lambda articles: add_articles(ours, articles),
        "theirs": theirs.add,
    }
    order = ["ours", "theirs"]
    for articles in rounds:
        for name in order:
            started, before = time.perf_counter(), _processor_seconds()
            add[name](articles)
            seconds[name].append(time.perf_counter() - started)
            worked[name].append(_processor_seconds() - before)
        order.reverse()
    return seconds, worked


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _row(question: Sought, ours: Archive, theirs: "LlamaIndexArchive") -> Row:
    passages = [candidate.passage for candidate in retrieve(ours, question.question, DEPTH)]
    chunks = theirs.retrieve(question.question, DEPTH)
    ranks = {"ours": _rank(passages, question), "theirs": _rank(chunks, question)}
    return Row(
        id=question.id,
        part="xquad-32",
        question=question.question,
        gold={"answers": list(question.answers), "places": [asdict(place) for place in question.places]},
        scores={f"{name}_recall@{DEPTH}": float(rank is not None) for name, rank in ranks.items()},
        stage=None if ranks["ours"] else Stage.NOT_RETRIEVED,
        trace={
            "asked": question.question,
            "ranks": ranks,
            "ours": [[p.article_id, p.start, p.end] for p in passages],
            "theirs": [[c.article_id, c.start, c.end] for c in chunks],
            "words": {
                "ours": sum(len(passage.text.split()) for passage in passages),
                "theirs": sum(chunk.words for chunk in chunks),
            },
        },
    )


def _rank(found: Sequence["Passage | Chunk"], question: Sought) -> int | None:
    """Return the rank of the first chunk that holds an answer whole, None where none does."""
    for rank, chunk in enumerate(found, 1):
        for place in question.places:
            if chunk.article_id == place.article_id and chunk.start <= place.start and place.end <= chunk.end:
                return rank
    return None


def _recall_figures(rows: Sequence[Row]) -> dict[str, Any]:
    ours, theirs = ([row.scores[f"{name}_recall@{DEPTH}"] for row in rows] for name in ("ours", "theirs"))
    change = difference(theirs, ours)
    return {
        f"recall@{DEPTH}": {"ours": share(ours), "theirs": share(theirs)},
        "ours_less_theirs": {name: round(value, 4) for name, value in asdict(change).items()},
        "words_retrieved": {
            name: round(statistics.mean(row.trace["words"][name] for row in rows)) for name in ("ours", "theirs")
        },
        "stages": stages(rows),
    }


def _words(texts: Sequence[str]) -> float:
    return round(statistics.mean(len(text.split()) for text in texts), 1)
