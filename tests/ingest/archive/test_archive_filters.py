"""Searching only the articles that count, against filtering by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.filters import Filters
from ingest.passages import Passage
from ingest.pipeline import add_articles

DATES = ["2010-12-31", "2011", "2011-03", "2011-03-15", "2011-12-31", "2012-01-01", "2012", None]
OUTLETS = ["Brenn Courier", "Harrow Vale Observer", "", None]
QUESTION = "What did the council say about the ferry?"


def article(number: int) -> Article:
    name = f"letter {number}"
    text = f"The council heard about the ferry on day {number}. Councillor {chr(65 + number)}ane Torvald read it out."
    return Article(article_id(name), name, text, f"box/{number % 3}.txt", None, DATES[number % 8], OUTLETS[number // 8])


ARTICLES = [article(number) for number in range(32)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("filters") / "a", create=True) as archive:
        add_articles(archive, ARTICLES)
        yield archive


def days_of(published: str) -> list[date]:
    every = (date(2009, 1, 1) + timedelta(days=n) for n in range(365 * 6))
    return [day for day in every if day.isoformat().startswith(published)]


def counts(article: Article, filters: Filters) -> bool:
    """What the filters say in words: each day of a partial date tried."""
    if filters.outlets and (article.outlet or article.source) not in filters.outlets:
        return False
    since, until = date.fromisoformat(filters.since or "2009-01-01"), date.fromisoformat(filters.until or "2014-01-01")
    if not (filters.since or filters.until):
        return True
    return article.published is not None and any(since <= day <= until for day in days_of(article.published))


FILTERS = [
    Filters(outlets, since, until)
    for outlets in ((), ("Brenn Courier",), ("Harrow Vale Observer", "box/1.txt"))
    for since, until in (
        *((None, None), ("2011-01-01", None), (None, "2011-03-15"), ("2011-01-01", "2011-12-31")),
        *(("2011-03-15", "2011-03-15"), ("2011-04-01", "2011-11-30"), ("2013-01-01", None), (None, "2010-12-31")),
    )
]


def articles_of(found: list[tuple[Passage, float]]) -> set[str]:
    return {passage.article_id for passage, _ in found}


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_exactly_what_counts_is_found(archive: Archive, filters: Filters) -> None:
    wanted = {article.id for article in ARTICLES if counts(article, filters)}
    vector = archive.encoder.encode([QUESTION])[0]
    assert {article.id for article in ARTICLES if filters.allow(article)} == wanted
    assert {article.id for article in archive.articles(filters)} == wanted
    assert articles_of(archive.dense(vector, 100, filters)) == wanted
    assert articles_of(archive.keyword(["council"], 100, filters)) == wanted


def test_the_cases_above_tell_apart() -> None:
    assert {sum(counts(article, filters) for article in ARTICLES) for filters in FILTERS} >= {0, 1, 4, 32}


def test_the_best_of_what_counts_come_first_with_their_own_scores(archive: Archive) -> None:
    filters = Filters(("Brenn Courier",), "2011-01-01", "2011-12-31")
    vector = archive.encoder.encode([QUESTION])[0]
    for all_, few in (
        (archive.dense(vector, 100), archive.dense(vector, 2, filters)),
        (archive.keyword(["ferry", "Aane"], 100), archive.keyword(["ferry", "Aane"], 2, filters)),
    ):
        allowed = {article.id for article in ARTICLES if counts(article, filters)}
        by_hand = [(passage, score) for passage, score in all_ if passage.article_id in allowed]
        assert [score for _, score in few] == pytest.approx([score for _, score in by_hand[:2]], abs=1e-6)


def test_a_new_date_or_outlet_counts_at_once(archive_dir: Path) -> None:
    stored = Article(article_id("x"), "Ferry", "The ferry ran aground.", "x.txt", None, "2011-05-01", "Brenn Courier")
    old, new = Filters((), "2011-01-01", "2011-12-31"), Filters((), "2012-01-01", None)
    with Archive.open(archive_dir, create=True) as archive:
        vector = archive.encoder.encode(["the ferry"])[0]
        add_articles(archive, [stored])
        assert len(archive.dense(vector, 5, old)) == len(archive.keyword(["ferry"], 5, old)) == 1
        archive.put(replace(stored, published="2012-05-01", outlet="Observer"))
        for filters, found in ((old, 0), (new, 1), (Filters(("Brenn Courier",)), 0), (Filters(("Observer",)), 1)):
            assert len(archive.keyword(["ferry"], 5, filters)) == found
            assert len(archive.dense(vector, 5, filters)) == found  # its vectors are those of its words
        assert len(archive.dense(vector, 5, new)) == 1
        assert archive.dense(vector, 5, old) == []
        assert archive.outlets() == [("Observer", 1)]
        archive.put(replace(stored, published="2012-05-01", outlet=None))
        archive.put(replace(stored, published="2012-05-01", outlet=None, source="moved.txt"))
        assert archive.outlets() == [("moved.txt", 1)]
        archive.remove([stored.id])
        assert archive.outlets() == []
        assert archive.dense(vector, 5, new) == archive.keyword(["ferry"], 5, new) == []


def test_outlets(archive: Archive) -> None:
    assert archive.outlets()[:2] == [("Brenn Courier", 8), ("Harrow Vale Observer", 8)]
    assert sorted(archive.outlets()[2:]) == [("box/0.txt", 5), ("box/1.txt", 6), ("box/2.txt", 5)]
    assert [count for _, count in archive.outlets()] == [8, 8, 6, 5, 5]


@pytest.mark.parametrize("outlet", ["'; DROP TABLE articles; --", "x' OR '1'='1", "%", "\0"])
def test_hostile_names_are_names(archive: Archive, outlet: str) -> None:
    assert list(archive.articles(Filters((outlet,)))) == []
    assert archive.keyword(["council"], 5, Filters((outlet,))) == []
    assert archive.dense(np.ones(archive.encoder.dimension, np.float32), 5, Filters((outlet,))) == []


def test_a_thousand_vectors_filtered_agree_with_an_exact_search(tmp_path: Path) -> None:
    from ingest.archive.chroma import VectorIndex

    vectors = np.random.default_rng(0).normal(size=(1000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(tmp_path / "chroma")
    index.upsert([f"a:{n}" for n in range(1000)], vectors)
    farthest = np.argsort(vectors @ vectors[5])[:20]  # filters may allow only what is least like the question
    for allowed in (range(0, 1000, 2), range(7, 1000, 50), farthest, range(3), range(0)):
        cosines = sorted(((float(vectors[n] @ vectors[5]), f"a:{n}") for n in allowed), reverse=True)[:10]
        found = index.search(vectors[5], 10, [f"a:{n}" for n in allowed])
        assert [id_ for id_, _ in found] == [id_ for _, id_ in cosines]
        assert [cosine for _, cosine in found] == pytest.approx([cosine for cosine, _ in cosines], abs=1e-5)
    index.close()
