"""The extraction suite: what is read of saved pages, against what people marked and beside trafilatura's own."""

import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.data.pages import FACTS, SavedPage, hash_of_pages, load_pages
from eval.scores.metrics import difference, resampled, share
from eval.scores.stages import NOT_JUDGED
from eval.suite import Options, Result, Row, spread
from ingest.article import Article
from ingest.sources import read_articles

__all__ = ["extraction"]

SYSTEMS = ("ours", "trafilatura")
_MEASURES = {"words": 1, "shingles": 4}  # words in a row that have to agree
_WORD = re.compile(r"\w+")
_BETWEEN_NAMES = re.compile(r"\s*[,;]\s*|\s+(?:and|und|et|y|e)\s+")

Told = Mapping[str, str]
"""What a system says of a page: 'text', and those of FACTS that it knows."""


def extraction(options: Options) -> Result:
    """Read a benchmark's saved pages, and judge text, title, date, author and outlet beside trafilatura's own.

    `options.data` is the benchmark's folder as it is published (eval/data/pages.py). Ours is what `dateline
    ingest` reads of each page as a file, the posts of a live blog after one another; trafilatura's is `extract` without
    comments and `extract_metadata`, as its authors call them.

    Of each page precision and recall of the bag of words and of shingles of four words in a row (Broder 1997); over
    pages the mean of both, and their harmonic mean `f1`, as scrapinghub/article-extraction-benchmark has it: a page of
    which nothing was read counts in recall alone. `ours_less_trafilatura` is of the mean of the pages' own F1. A title,
    outlet or author is `right` whose letters are those of the truth; of several authors in any order.

    Raises:
        InputError: The folder is no benchmark, or a file of it cannot be read.
    """
    everything = load_pages(options.data)
    pages = spread(everything, options.limit)
    told = {"ours": _ours(pages), "trafilatura": {page.name: _trafilatura(page) for page in pages}}
    rows = [_row(page, {system: told[system].get(page.name, {}) for system in SYSTEMS}) for page in pages]
    return Result(
        data={options.data.name: hash_of_pages(everything)},
        rows=tuple(rows),
        figures={
            **{system: _figures(rows, system) for system in SYSTEMS},
            "ours_less_trafilatura": {name: _difference(rows, name) for name in _MEASURES},
        },
        headline="ours_shingles_f1",
        packages=("trafilatura", "lxml"),
    )


def _ours(pages: Sequence[SavedPage]) -> dict[str, Told]:
    """What ours reads of each page by its name; a page that is refused is left out."""
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as made:
        folder = Path(made)
        names = {}
        for number, page in enumerate(pages):
            names[f"{number}.html"] = page.name
            (folder / f"{number}.html").write_bytes(page.html)
        found: dict[str, list[Article]] = {}
        for item in read_articles(made):
            if isinstance(item, Article):
                found.setdefault(names[item.source], []).append(item)
    return {name: _of_articles(articles) for name, articles in found.items()}


def _of_articles(articles: Sequence[Article]) -> Told:
    first = articles[0]
    facts = {"title": first.title, "published": first.published, "author": first.author, "outlet": first.outlet}
    text = "\n\n".join(article.text for article in articles)
    return {"text": text, **{name: value for name, value in facts.items() if value}}


def _trafilatura(page: SavedPage) -> Told:
    import trafilatura

    html = page.html.decode("utf-8", "replace")
    said = trafilatura.extract_metadata(html)
    facts = {"title": said.title, "published": said.date, "author": said.author, "outlet": said.sitename}
    text = trafilatura.extract(html, include_comments=False) or ""
    return {"text": text, **{name: value for name, value in facts.items() if value}}


def _row(page: SavedPage, told: Mapping[str, Told]) -> Row:
    scores: dict[str, float] = {}
    for system, said in told.items():
        if page.text is not None:
            for measure, length in _MEASURES.items():
                judged = _agreement(_runs(page.text, length), _runs(said.get("text", ""), length))
                scores |= {f"{system}_{measure}_{name}": value for name, value in judged.items()}
        for fact, right in page.facts.items():
            if right:
                scores[f"{system}_{fact}_right"] = float(_same(fact, said.get(fact, ""), right))
                scores[f"{system}_{fact}_wrong"] = float(fact in said and not _same(fact, said[fact], right))
    return Row(
        id=page.name,
        part="page",
        question=page.address or page.name,
        gold={"text": page.text, **page.facts},
        scores=scores,
        stage=NOT_JUDGED,
        trace={system: dict(said) for system, said in told.items()},
    )


def _runs(text: str, length: int) -> Counter[tuple[str, ...]]:
    """How often each run of so many words stands in a text; of a shorter text, itself."""
    words = _WORD.findall(text)
    ends = range(max(1, len(words) - length + 1)) if words else ()
    return Counter(tuple(words[start : start + length]) for start in ends)


def _agreement(right: Counter[tuple[str, ...]], given: Counter[tuple[str, ...]]) -> dict[str, float]:
    """Precision, recall and F1; a share of nothing is left out, and of nothing that was rightly found is 1."""
    both = (right & given).total()
    judged = {"f1": 2 * both / (right.total() + given.total()) if right or given else 1.0}
    if given:
        judged["precision"] = both / given.total()
    if right:
        judged["recall"] = both / right.total()
    return judged


def _same(fact: str, given: str, right: str) -> bool:
    if fact == "published":
        return given[:10] == right[:10]
    if fact == "author":
        return set(map(_letters, _BETWEEN_NAMES.split(given))) == set(map(_letters, _BETWEEN_NAMES.split(right)))
    return _letters(given) == _letters(right)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _figures(rows: Sequence[Row], system: str) -> dict[str, Any]:
    figures: dict[str, Any] = {"pages": len(rows), "refused": sum(not row.trace[system].get("text") for row in rows)}
    for measure in _MEASURES:
        names = [f"{system}_{measure}_{name}" for name in ("precision", "recall")]
        judged = [
            tuple(row.scores.get(name) for name in names) for row in rows if f"{system}_{measure}_f1" in row.scores
        ]
        figures[measure] = {
            "f1": resampled(_harmonic, judged),
            **{
                name.rpartition("_")[2]: share([row.scores[name] for row in rows if name in row.scores])
                for name in names
            },
        }
    for fact in FACTS:
        for judgement in ("right", "wrong"):
            name = f"{system}_{fact}_{judgement}"
            if values := [row.scores[name] for row in rows if name in row.scores]:
                figures.setdefault(fact, {"n": len(values)})[judgement] = share(values)
    return figures


def _harmonic(judged: Sequence[tuple[float | None, float | None]]) -> float:
    """The harmonic mean of mean precision and mean recall."""
    sides = [[value for value in side if value is not None] for side in zip(*judged, strict=True)]
    precision, recall = (sum(side) / len(side) if side else 0.0 for side in sides)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _difference(rows: Sequence[Row], measure: str) -> dict[str, float] | None:
    ours, theirs = ([row.scores[name] for row in rows if name in row.scores] for name in _names_of_f1(measure))
    return {name: round(value, 4) for name, value in asdict(difference(theirs, ours)).items()} if ours else None


def _names_of_f1(measure: str) -> tuple[str, ...]:
    return tuple(f"{system}_{measure}_f1" for system in SYSTEMS)
