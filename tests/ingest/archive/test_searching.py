"""What is nearest in an archive of thousands, and that no search reads its articles one by one."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from eval.suites.scale import BulkEncoder
from ingest.archive import Archive
from ingest.archive.sqlite import Record, create_record
from ingest.article import Article, article_id
from ingest.filters import ALL_ARTICLES, Filters
from ingest.pipeline import add_articles

COUNT = 1500
HALF = Filters((), "2012-01-01", None)
FEW = Filters(("Outlet 7",), None, None)
ONE = Filters(("Outlet 7",), "2011-01-01", "2011-01-31")
NONE = Filters(("Outlet 8",), "2011-01-01", "2011-01-31")


def article(number: int) -> Article:
    name = f"tide {number}"
    text = f"The tide came in at the quay for the {number}th time." + (
        " A heron stood there." if number % 100 == 7 else ""
    )
    day = f"{2010 + number % 4}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    return Article(article_id(name), name, text, f"{name}.txt", None, day, f"Outlet {number % 50}")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("searching")
    encoder = BulkEncoder()
    encoder.random = True
    create_record(folder, encoder)
    with Archive(folder, Record(folder), encoder) as archive:
        add_articles(archive, [article(number) for number in range(COUNT)])
        yield archive


@pytest.mark.parametrize("filters", [ALL_ARTICLES, HALF, FEW, ONE, NONE], ids=["all", "half", "few", "one", "none"])
@pytest.mark.parametrize("limit", [3, 50])
def test_the_nearest_are_those_of_an_exact_search(archive: Archive, filters: Filters, limit: int) -> None:
    vectors = archive.vectors_of(sorted(archive.passage_ids()))
    question = vectors[f"{article_id('tide 40')}:0"]
    allowed = {a.id for a in map(article, range(COUNT)) if filters.allow(a)}
    exact = sorted(
        (-float(np.dot(vector, question)), id_) for id_, vector in vectors.items() if id_.partition(":")[0] in allowed
    )
    found = archive.dense(question, limit, filters)
    ids = [passage.id for passage, _ in found]
    wanted = {id_ for _, id_ in exact[:limit]}
    assert len(ids) == len(set(ids)) == len(wanted)
    assert len(wanted & set(ids)) >= 0.9 * len(wanted)  # Chroma's graph passes over a few that are all alike
    assert [cosine for _, cosine in found] == pytest.approx([float(vectors[id_] @ question) for id_ in ids], abs=1e-5)
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)


@pytest.mark.parametrize("filters", [ALL_ARTICLES, HALF, FEW, ONE], ids=["all", "half", "few", "one"])
def test_no_search_reads_the_articles_or_passages_one_by_one(archive: Archive, filters: Filters) -> None:
    said: list[str] = []
    connection = archive.record._connection
    connection.set_trace_callback(said.append)
    try:
        archive.dense(archive.encoder.encode(["q"])[0], 50, filters)
        archive.keyword(["tide", "heron"], 50, filters)
        archive.holds_word("heron")
        len(archive)
    finally:
        connection.set_trace_callback(None)
    plans = {
        step[3]
        for query in said
        if query.startswith(("SELECT", "WITH"))
        for step in connection.execute(f"EXPLAIN QUERY PLAN {query}")
    }
    assert len(plans) > 5
    assert not [plan for plan in plans if re.match(r"SCAN (?:articles|passages)(?! USING COVERING INDEX)", plan)]


def test_a_word_of_very_many_passages_does_not_count_beside_a_rarer_one(archive: Archive) -> None:
    with_heron = {article_id(f"tide {number}") for number in range(7, COUNT, 100)}
    assert len(archive.keyword(["tide", "heron"], 50)) == 50
    few = archive.keyword(["tide", "heron"], 50, common=100)
    assert {passage.article_id for passage, _ in few} == with_heron
    assert few == archive.keyword(["heron"], 50)
    assert len(archive.keyword(["tide", "quay"], 50, common=100)) == 50  # no other is rarer
    assert len(archive.keyword(["tide", "zeppelin"], 50, common=100)) == 50  # and none has the rarer one
    within = archive.keyword(["tide", "heron"], 50, Filters(("Outlet 8",)), common=100)
    assert len(within) == COUNT // 50  # nor has one that counts
    assert archive.keyword([], 50) == archive.keyword(["", " "], 50) == []


def test_whether_a_word_stands_anywhere(archive: Archive) -> None:
    assert archive.holds_word("herons")
    assert not archive.holds_word("zeppelin")
    assert not archive.holds_word('"')
