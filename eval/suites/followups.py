"""The follow-ups suite: what is lost when a question leans on the chat before it, and what the rewrite wins back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.data.files import hash_of
from eval.data.followups import CANARD, CAST_2019, CAST_2020, MTRAG, FollowUp, Pool, canard, cast, mtrag
from eval.pool import fresh_archive
from eval.scores.metrics import share
from eval.scores.ranking import judge_rankings
from eval.scores.stages import NOT_JUDGED, Stage
from eval.scores.tally import stages
from eval.suite import SEED, Options, Result, Row, spread
from ingest.archive import Archive
from qa.assistant import PASSAGES_READ
from qa.english.words import search_terms
from qa.question.rewrite import resolve
from qa.retrieve.hybrid import DEPTH, retrieve

__all__ = [
    "CANARD_TURNS",
    "followups",
    "found_articles",
    "gap_closed",
    "in_chat",
    "rank_of",
    "term_f1",
    "term_recall",
]

# Of CANARD's 2,000 rewritten follow-ups; each is searched for three times, about 15 ms a time.
CANARD_TURNS = 1000
RESAMPLES = 2000
SEARCHED = ("rr", "recall@5")
COMPARED = ("term_f1", "term_recall")
NOT_MEASURED = {
    CAST_2019: "the file has the questions as people rewrote them, not as they were asked: there is no gap to close",
    "CAsT 2020, retrieval": "the passages that it judges are not in the data folder: only the words are compared",
    "MTRAG-UN, share of the gap": "nobody rewrote its questions",
}


def followups(options: Options) -> Result:
    """Ask follow-ups as they stand (bare), as qa.question.rewrite rewrites them (ours), and as people did (human).

    term_f1, term_recall: F1 and recall in [0, 1] of the search terms against the human rewrite's, whose own are 1.
    rr, recall@5: of the right article among those that `retrieve` gives, each at its best passage, 100 passages deep.
    `gap_closed` is (ours - bare) / (human - bare) of the means: 1 where the rewrite is as good as the person's,
    below 0 where it does harm; null where people gained nothing. Only questions that people changed count.

    cast_2020: terms only, of an empty archive: its articles are not at hand. canard: the pool is all answers of all
    chats (eval/data/followups.py), the right one is the question's own; `in_chat` is over the questions to which the
    person added only words of the chat's own turns: the others need the title, which only an article has that gave an
    earlier answer. mtrag_un: the pool is all contexts of all turns; `chat` searches for all questions of the chat in
    one; `gain` is ours - bare. With `options.limit`, that many questions of each set, and in the pool only what is
    right for them and for the turns before them. `options.archive` is not used.
    Rows of CANARD hold the headline, `rr`.

    What cannot be measured with the data at hand is under `not_measured`, with the reason.
    """
    answers = _chosen(canard(options.data), options.limit, options.limit or CANARD_TURNS)
    contexts = _chosen(mtrag(options.data), options.limit, options.limit)
    with fresh_archive(()) as archive:
        cast_rows = [_cast_row(archive, turn) for turn in spread(cast(options.data), options.limit)]
    with fresh_archive(answers.articles) as archive:
        canard_rows = _canard_rows(archive, answers.turns)
        encoder = archive.encoder.fingerprint
    with fresh_archive(contexts.articles) as archive:
        mtrag_rows = _mtrag_rows(archive, contexts.turns)
    return Result(
        data={name: hash_of(options.data / name) for name in (CAST_2019, CAST_2020, CANARD, MTRAG)},
        rows=(*cast_rows, *canard_rows, *mtrag_rows),
        figures={
            "cast_2020": _gap_figures(cast_rows, COMPARED),
            "canard": {
                "pool": len(answers.articles),
                **_gap_figures(canard_rows, [*SEARCHED, *COMPARED]),
                "in_chat": _gap_figures([r for r in canard_rows if r.gold["in_chat"]], [*SEARCHED, *COMPARED]),
            },
            "mtrag_un": {"pool": len(contexts.articles), **_mtrag_figures(mtrag_rows)},
            "not_measured": NOT_MEASURED,
        },
        headline="rr",
        models={"encoder": encoder},
        packages=("onnxruntime", "tokenizers", "chromadb", "numpy", "sentencex", "ir_measures", "pytrec_eval-terrier"),
    )


def term_f1(question: str, rewrite: str) -> float:
    """Return the F1 in [0, 1] of the search terms of both, each counted once, without "'s"."""
    said, wanted = _words(question), _words(rewrite)
    return 2 * len(said & wanted) / (len(said) + len(wanted)) if said or wanted else 1.0


def term_recall(question: str, rewrite: str) -> float:
    """Return the share, in [0, 1], of the rewrite's search terms that the question has."""
    wanted = _words(rewrite)
    return len(_words(question) & wanted) / len(wanted) if wanted else 1.0


def in_chat(turn: FollowUp) -> bool:
    """Whether every search term that the rewrite has and the question has not stands in the turns before it."""
    before = {word for t in turn.history for text in (t.question, t.answer or "") for word in _words(text)}
    return _words(turn.rewrite or "") - _words(turn.question) <= before


def gap_closed(bare: Sequence[float], ours: Sequence[float], human: Sequence[float]) -> dict[str, float] | None:
    """Return (ours - bare) / (human - bare) of the means: value, low and high, or None where people gained nothing.

    The interval is a 95% percentile bootstrap over questions (Efron and Tibshirani 1993): both differences are
    taken from the same resample; one in which people gained nothing has no ratio and is left out.
    """
    gained, possible = np.subtract(ours, bare), np.subtract(human, bare)
    if not len(gained) or possible.sum() <= 0:
        return None
    generator = np.random.default_rng(SEED)
    picks = (generator.integers(0, len(gained), len(gained)) for _ in range(RESAMPLES))
    sums = [(gained[pick].sum(), possible[pick].sum()) for pick in picks]
    low, high = np.percentile([part / whole for part, whole in sums if whole > 0], [2.5, 97.5])
    figures = {"value": gained.sum() / possible.sum(), "low": low, "high": high}
    return {name: round(float(figure), 4) for name, figure in figures.items()}


def _words(text: str) -> set[str]:
    return {term.removesuffix("'s").removesuffix("’s") for term in search_terms(text)}


def _chosen(pool: Pool, limit: int | None, most: int | None) -> Pool:
    """Keep `most` of the turns; with a limit, of the articles only those right for them and the turns before."""
    turns = spread(pool.turns, most)
    right = {id_ for turn in turns for id_ in turn.documents | turn.earlier}
    return Pool(tuple(turns), tuple(a for a in pool.articles if limit is None or a.id in right))


def _cast_row(archive: Archive, turn: FollowUp) -> Row:
    ours = resolve(turn.question, turn.history, archive).asked
    return _row("cast_2020", turn, {"ours": ours}, _term_scores(turn, ours), NOT_JUDGED, {})


def _canard_rows(archive: Archive, turns: Sequence[FollowUp]) -> list[Row]:
    def queries(turn: FollowUp) -> dict[str, str]:
        ours = resolve(turn.question, turn.history, archive).asked
        return {"bare": turn.question, "ours": ours, "human": turn.rewrite or turn.question}

    return _searched_rows("canard", archive, turns, [queries(turn) for turn in turns])


def _mtrag_rows(archive: Archive, turns: Sequence[FollowUp]) -> list[Row]:
    def queries(turn: FollowUp) -> dict[str, str]:
        ours = resolve(turn.question, turn.history, archive).asked
        chat = " ".join([*(earlier.question for earlier in turn.history), turn.question])
        return {"bare": turn.question, "ours": ours, "chat": chat}

    return _searched_rows("mtrag_un", archive, turns, [queries(turn) for turn in turns])


def _searched_rows(
    part: str, archive: Archive, turns: Sequence[FollowUp], queries: Sequence[Mapping[str, str]]
) -> list[Row]:
    """Search for every way to ask every question; our scores of MTRAG-UN are not mixed with CANARD's headline."""
    found = [{way: found_articles(archive, asked) for way, asked in each.items()} for each in queries]
    relevant = [turn.documents for turn in turns]
    judged = {
        way: judge_rankings([list(dict.fromkeys(each[way])) for each in found], relevant, [5]) for way in queries[0]
    }
    rows = []
    for n, (turn, asked, articles) in enumerate(zip(turns, queries, found, strict=True)):
        scores = {_score(part, way, name): judged[way][n][name] for way in asked for name in SEARCHED}
        if turn.rewrite is not None:
            scores |= _term_scores(turn, asked["ours"])
        read = articles["ours"][:PASSAGES_READ]  # at most: worth_reading may leave some of them out
        stage = None if turn.documents & set(read) else Stage.NOT_RETRIEVED
        ranks = {way: rank_of(ids, turn.documents) for way, ids in articles.items()}
        rows.append(_row(part, turn, asked, scores, stage, {"ranks": ranks, "retrieved_articles": read}))
    return rows


def found_articles(archive: Archive, query: str) -> list[str]:
    """Return the article of each passage found, best first."""
    return [candidate.passage.article_id for candidate in retrieve(archive, query, 2 * DEPTH)]


def rank_of(articles: Iterable[str], right: frozenset[str]) -> int | None:
    """Return the rank of the first right article, each counted once; None where none is found."""
    return next((rank for rank, id_ in enumerate(dict.fromkeys(articles), 1) if id_ in right), None)


def _score(part: str, way: str, measure: str) -> str:
    name = measure if way == "ours" else f"{way}_{measure}"
    return name if part == "canard" else f"{part}_{name}"


def _term_scores(turn: FollowUp, ours: str) -> dict[str, float]:
    rewrite = turn.rewrite or ""
    return {
        _score("canard", way, name): judge(asked, rewrite)
        for name, judge in (("term_f1", term_f1), ("term_recall", term_recall))
        for way, asked in (("bare", turn.question), ("ours", ours), ("human", rewrite))
    }


def _row(
    part: str,
    turn: FollowUp,
    asked: Mapping[str, str],
    scores: Mapping[str, float],
    stage: str | None,
    found: Mapping[str, Any],
) -> Row:
    gold = {
        "rewrite": turn.rewrite,
        "in_chat": in_chat(turn) if turn.rewrite else None,
        "articles": sorted(turn.documents),
        "history": [[earlier.question, earlier.answer] for earlier in turn.history],
    }
    return Row(turn.id, part, turn.question, gold, scores, stage, {"asked": asked["ours"], "queries": asked, **found})


def _gap_figures(rows: Sequence[Row], measures: Sequence[str]) -> dict[str, Any]:
    def values(way: str, measure: str) -> list[float]:
        return [row.scores[_score("canard", way, measure)] for row in rows]

    ways = ("bare", "ours", "human")
    return {
        "n": len(rows),
        **{way: {measure: share(values(way, measure)) for measure in measures} for way in ways},
        "gap_closed": {m: gap_closed(values("bare", m), values("ours", m), values("human", m)) for m in measures},
        "left_as_it_is": share([float(row.trace["asked"] == " ".join(row.question.split())) for row in rows]),
        "stages": stages(rows),
    }


def _mtrag_figures(rows: Sequence[Row]) -> dict[str, Any]:
    def values(way: str, measure: str) -> list[float]:
        return [row.scores[_score("mtrag_un", way, measure)] for row in rows]

    def gains(measure: str) -> list[float]:
        return [ours - bare for ours, bare in zip(values("ours", measure), values("bare", measure), strict=True)]

    return {
        "n": len(rows),
        **{way: {measure: share(values(way, measure)) for measure in SEARCHED} for way in ("bare", "ours", "chat")},
        "gain": {measure: share(gains(measure)) for measure in SEARCHED},
        "stages": stages(rows),
    }
