"""The retrieval suite: where the right passage comes in the ranking, as the archive grows around it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from random import Random
from typing import Any

from eval.data.files import hash_of, parse_file
from eval.data.paragraphs import WIKINEWS, Sought, paragraph_article, wikinews_articles, xquad_hashes, xquad_paragraphs
from eval.pool import fresh_archive
from eval.scores.metrics import share
from eval.scores.ranking import judge_rankings
from eval.scores.stages import Place, Stage, places_of
from eval.scores.tally import stages
from eval.suite import SEED, Options, Result, Row, spread
from eval.suites.gold import GOLD, gold_hash, load_gold
from ingest.archive import Archive
from ingest.article import Article
from ingest.passages import Passage, split_passages
from ingest.pipeline import add_articles
from ingest.sources import read_articles
from qa.assistant import PASSAGES_READ
from qa.english.words import search_terms
from qa.question.parse import Question
from qa.read.evidence import Marked
from qa.read.promising import read
from qa.read.reader import Reader
from qa.read.score import rank
from qa.retrieve.hybrid import DEPTH, Candidate, fuse, worth_reading
from qa.training.sources import squad_questions
from qa.types import ReaderName, Span

__all__ = ["far_from", "grow", "read_order", "retrieval"]

# XQuAD's questions spread over nearly all of its 160 paragraphs; with gold's and 6,700 passages to embed at about
# 22 a second, the whole suite takes 6 minutes on 2 cores.
XQUAD_QUESTIONS = 200
# The archive has this many times the passages of XQuAD-32 and the gold articles.
SIZES = (1, 4, 16)
RANKINGS = ("dense", "keyword", "fused", "read")
# A paragraph that shares a run of this many words with one that holds answers may hold the answer, too.
COPIED_WORDS = 12
SHIFTS = ("squadshifts-wiki.json", "squadshifts-amazon.json")


def retrieval(options: Options) -> Result:
    """Rank the passages of a growing archive for questions whose place in it is known.

    The archive is first XQuAD-32's paragraphs, each an article of its own, and the gold articles ('1x'). Then
    it grows to 4 and to 16 times as many passages by articles that answer none of the questions, as far as
    anyone knows: Wikinews articles and SQuADShifts' Wikipedia paragraphs in random order, and when these are
    used up its reviews from Amazon. The figures say how many passages each size really has. A distractor that
    shares a run of 12 words with the first archive is left out. The questions are XQUAD_QUESTIONS of XQuAD-32
    and all gold questions that can be answered and have no chat before them. With `options.limit`, that many
    of these, and the first archive is only the articles that hold their evidence. `options.archive` is not used.

    A passage is relevant when it overlaps the answer's place (XQuAD) or the evidence sentence (gold). Rankings: dense
    and keyword, the lists that the product fuses, 50 deep; fused; and read, the fused ranking of which the ones that
    the product would read, PASSAGES_READ at most, are put in the order of the best probability that qa.read.score gives
    a span of each. The measures are those of eval/scores/ranking.py. `given_retrieved` is over the questions of which a
    relevant passage was read. Scores of a smaller size begin with '1x_' or '4x_'; those of the largest have plain
    names, so that the headline, `fused_rr`, counts each question once. `rr`, `recall@k` and `ndcg@10` are of read.
    """
    articles, sought = _first_archive(options)
    reader = Reader.load(options.reader)
    terms = [search_terms(question.question) for question in sought]
    readings: list[dict[str, list[Span]]] = [{} for _ in sought]
    distractors = far_from(articles, _distractors(options))
    base = sum(len(split_passages(article)) for article in articles)
    rows: list[Row] = []
    sizes: dict[str, dict[str, Any]] = {}
    with fresh_archive(articles) as archive:
        vectors = archive.encoder.encode([question.question for question in sought])
        for size in SIZES:
            grow(archive, distractors, size * base)
            found = [
                _rank(archive.dense(vector, DEPTH), archive.keyword(words, DEPTH), question.question, reader, known)
                for question, vector, words, known in zip(sought, vectors, terms, readings, strict=True)
            ]
            relevant = [_relevant(question, archive) for question in sought]
            own = _rows(size, sought, found, relevant)
            sizes[f"{size}x"] = {"articles": len(archive), "passages": archive.passage_count(), **_figures(own)}
            rows += [_named(row) for row in own]
        encoder = archive.encoder.fingerprint
    return Result(
        data={
            "gold": gold_hash(),
            **xquad_hashes(options.data),
            **{name: hash_of(options.data / name) for name in (*WIKINEWS, *SHIFTS)},
        },
        rows=tuple(rows),
        figures={"n": len(sought), "sizes": sizes},
        headline="fused_rr",
        models={"reader": reader.fingerprint, "encoder": encoder},
        packages=("onnxruntime", "tokenizers", "chromadb", "numpy", "sentencex", "ir_measures", "pytrec_eval-terrier"),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The rankings of a question, each a list of passage ids; the candidates in fused order, and how many were read."""

    rankings: Mapping[str, Sequence[str]]
    candidates: Sequence[Candidate]
    read: int


def _first_archive(options: Options) -> tuple[list[Article], list[Sought]]:
    paragraphs, xquad = xquad_paragraphs(options.data)
    gold_articles = [item for item in read_articles(str(GOLD / "articles")) if isinstance(item, Article)]
    articles = [*paragraphs, *gold_articles]
    sought = spread([*spread(xquad, XQUAD_QUESTIONS), *_gold_questions(gold_articles)], options.limit)
    if options.limit is None:
        return articles, sought
    holding = {place.article_id for question in sought for place in question.places}
    return [article for article in articles if article.id in holding], sought


def _gold_questions(articles: Sequence[Article]) -> list[Sought]:
    def places(title: str, sentence: str) -> Iterator[Place]:
        for article in articles:
            if article.title == title:
                yield from places_of(sentence, article)

    return [
        Sought(
            f"gold/{question.id}",
            question.question,
            question.answers,
            tuple(chain.from_iterable(places(e.article, e.text) for e in question.evidence)),
        )
        for question in load_gold()
        if question.answerable and not question.history
    ]


def _distractors(options: Options) -> Iterator[Article]:
    """Yield Wikinews and Wikipedia in one random order, then reviews in another."""
    chance = Random(SEED)  # noqa: S311
    news = wikinews_articles(options.data)
    wiki, reviews = ([*_paragraphs(options, name)] for name in SHIFTS)
    for group in ([*news, *wiki], reviews):
        chance.shuffle(group)
        yield from group


def _paragraphs(options: Options, name: str) -> Iterator[Article]:
    path = options.data / name
    asked = parse_file(path, lambda _: list(squad_questions(path, name)))
    for title, text in dict.fromkeys((question.title, question.passage) for question in asked):
        yield paragraph_article(title, text)


def far_from(articles: Sequence[Article], others: Iterator[Article]) -> Iterator[Article]:
    """Yield those of the others that share no run of COPIED_WORDS words with any of the articles."""
    known = set().union(*(_runs(article.text) for article in articles))
    return (other for other in others if known.isdisjoint(_runs(other.text)))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + COPIED_WORDS]) for n in range(len(words) - COPIED_WORDS + 1)}


def grow(archive: Archive, more: Iterator[Article], passages: int) -> None:
    """Add articles until the archive has this many passages, or there are no more."""
    chosen = []
    count = archive.passage_count()
    while count < passages and (article := next(more, None)):
        chosen.append(article)
        count += len(split_passages(article))
    add_articles(archive, chosen)


def _rank(
    dense: list[tuple[Passage, float]],
    keyword: list[tuple[Passage, float]],
    question: str,
    reader: Reader,
    known: dict[str, list[Span]],
) -> _Found:
    """Rank the passages; `known` keeps what was read, because a passage's spans do not depend on the others."""
    candidates = fuse(dense, keyword)
    worth = worth_reading(candidates[:PASSAGES_READ])
    new = [candidate for candidate in worth if candidate.passage.id not in known]
    asked = replace(Question.of(question), dates=None)
    known.update(zip((candidate.passage.id for candidate in new), read(reader, asked, new), strict=True))
    first = read_order(reader.name, question, worth, [known[candidate.passage.id] for candidate in worth])
    rankings = {
        "dense": [passage.id for passage, _ in dense],
        "keyword": [passage.id for passage, _ in keyword],
        "fused": [candidate.passage.id for candidate in candidates],
        "read": [*first, *(candidate.passage.id for candidate in candidates[len(worth) :])],
    }
    return _Found(rankings, candidates, len(worth))


def read_order(
    reader: ReaderName, question: str, candidates: Sequence[Candidate], readings: Sequence[Sequence[Span]]
) -> list[str]:
    """Return the ids of the passages by the best probability of a span in each; those without one come last."""
    best: dict[str, float] = {}
    marked = Marked(reader, tuple(candidates), tuple(map(tuple, readings)))
    for item in rank(replace(Question.of(question), dates=None), marked):
        best.setdefault(item.candidate.passage.id, item.probability)
    ids = [candidate.passage.id for candidate in candidates]
    return sorted(ids, key=lambda id_: -best.get(id_, -1.0))


def _relevant(question: Sought, archive: Archive) -> set[str]:
    articles = [archive.article(id_) for id_ in dict.fromkeys(place.article_id for place in question.places)]
    passages = chain.from_iterable(split_passages(article) for article in articles if article)
    return {passage.id for passage in passages if question.is_in(passage)}


def _rows(size: int, sought: Sequence[Sought], found: Sequence[_Found], relevant: Sequence[set[str]]) -> list[Row]:
    judged = {name: judge_rankings([item.rankings[name] for item in found], relevant) for name in RANKINGS}
    return [
        Row(
            id=f"{size}x/{question.id}",
            part=f"{size}x",
            question=question.question,
            gold={"answers": list(question.answers), "relevant": sorted(right)},
            scores={_score(name, key): value for name in RANKINGS for key, value in judged[name][n].items()},
            stage=None if right & set(item.rankings["fused"][: item.read]) else Stage.NOT_RETRIEVED,
            trace=_trace(question, item, right),
        )
        for n, (question, item, right) in enumerate(zip(sought, found, relevant, strict=True))
    ]


def _score(ranking: str, measure: str) -> str:
    return measure if ranking == "read" else f"{ranking}_{measure}"


def _named(row: Row) -> Row:
    if row.part == f"{SIZES[-1]}x":
        return row
    scores = {f"{row.part}_{name}": value for name, value in row.scores.items()}
    return Row(row.id, row.part, row.question, row.gold, scores, row.stage, row.trace)


def _trace(question: Sought, found: _Found, relevant: set[str]) -> dict[str, Any]:
    """Return the passages read and the rank of the first relevant one in each ranking, null where there is none."""
    return {
        "asked": question.question,
        "ranks": {
            name: next((rank for rank, id_ in enumerate(ids, 1) if id_ in relevant), None)
            for name, ids in found.rankings.items()
        },
        "retrieved": [
            {
                "passage": candidate.passage.id,
                "title": candidate.passage.title,
                "cosine": round(candidate.cosine, 4),
                "keyword": round(candidate.keyword, 4),
                "score": round(candidate.score, 4),
            }
            for candidate in found.candidates[: found.read]
        ],
        "read_order": list(found.rankings["read"][: found.read]),
    }


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    sets = {name: [row for row in rows if f"/{name}/" in row.id] for name in ("xquad", "gold")}
    retrieved = [row for row in rows if row.stage is None]
    measures = [name for name in rows[0].scores if "_" not in name]
    return {
        "n": len(rows),
        **{name: {m: _mean(rows, _score(name, m)) for m in measures} for name in RANKINGS},
        "given_retrieved": {"n": len(retrieved), **{name: _mean(retrieved, _score(name, "rr")) for name in RANKINGS}},
        "sets": {
            name: {"n": len(own), **{ranking: _mean(own, _score(ranking, "rr")) for ranking in RANKINGS}}
            for name, own in sets.items()
        },
        "stages": stages(rows),
    }


def _mean(rows: Sequence[Row], score: str) -> dict[str, float] | None:
    return share([row.scores[score] for row in rows])
