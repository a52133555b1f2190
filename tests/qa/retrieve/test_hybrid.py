"""Which passages a question is read in, and that filters hold."""

from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.filters import Filters
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.retrieve.hybrid import REACH, retrieve, worth_reading

QUESTION = "How many crates were found at Port Elsmere?"
FOUND = "Divers found {} crates of tea at Port Elsmere, the harbour board said."
YEARS = {2009: "forty", 2010: "fifty", 2011: "sixty", 2012: "seventy"}


@pytest.fixture
def crates(archive_dir: Path, careful: Reader) -> Assistant:
    archive = Archive.open(archive_dir, create=True)
    articles = [
        Article(
            article_id(f"{outlet} {year}"),
            f"Crates counted at Port Elsmere in {year}",
            FOUND.format(count),
            f"{year}.txt",
            None,
            f"{year}-06-01",
            outlet,
        )
        for year, count in YEARS.items()
        for outlet in ("Quay Post", "Elsmere Echo")
    ]
    add_articles(archive, articles)
    return Assistant(archive, careful)


def years_and_outlets(archive: Archive, filters: Filters) -> set[tuple[str | None, str | None]]:
    found = retrieve(archive, QUESTION, 12, filters)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    articles = [archive.article(c.passage.article_id) for c in found]
    return {(article.published, article.outlet) for article in articles if article}


def test_candidates_are_of_the_articles_that_count(crates: Assistant) -> None:
    archive = crates.archive
    assert len(years_and_outlets(archive, Filters())) == 8
    assert years_and_outlets(archive, Filters((), "2011-01-01", None)) == {
        (f"{year}-06-01", outlet) for year in (2011, 2012) for outlet in ("Quay Post", "Elsmere Echo")
    }
    assert years_and_outlets(archive, Filters(("Quay Post",), "2010-01-01", "2010-12-31")) == {
        ("2010-06-01", "Quay Post")
    }
    assert retrieve(archive, QUESTION, 12, Filters((), "2013-01-01", None)) == []
    archive.close()


@pytest.mark.parametrize("year", YEARS)
def test_an_answer_comes_from_within_the_filters(crates: Assistant, year: int) -> None:
    answer = crates.ask(QUESTION, filters=Filters((), f"{year}-01-01", f"{year}-12-31"))
    assert answer.found
    assert YEARS[year] in answer.text
    assert {citation.article.published for citation in answer.citations} == {f"{year}-06-01"}
    assert answer.others == ()
    crates.archive.close()


def test_no_article_within_the_filters_is_no_answer(crates: Assistant) -> None:
    answer = crates.ask(QUESTION, filters=Filters(("Nobody",)))
    assert not answer.found
    assert answer.nearest == ()
    crates.archive.close()


def test_what_is_far_behind_the_best_is_not_read(crates: Assistant) -> None:
    stray = "The weather stayed dry on the coast, and the ferry to the skerries sailed twice a day as in other years."
    add_articles(
        crates.archive, [Article(article_id("dry"), "A dry week", stray, "dry.txt", None, "2012-06-02", "Quay")]
    )
    found = retrieve(crates.archive, QUESTION, 12)
    assert len(found) == 9
    assert found[-1].score < found[0].score - REACH
    # All eight tell of the crates, though not in the same words: none of them may be left out.
    assert worth_reading(found) == found[:8]
    assert [c.passage.id for c in crates.trace(QUESTION, reader="fast").candidates] == [c.passage.id for c in found[:8]]
    assert {c.passage.id for c in crates.trace(QUESTION).candidates} == {c.passage.id for c in found[:8]}
    assert worth_reading([]) == []
    crates.archive.close()


def test_a_passage_without_the_one_word_that_is_rare_is_read_as_well(archive_dir: Path, careful: Reader) -> None:
    # Every post has the storm's name, so that 'people' alone decides the keyword score.
    posts = {
        "18:05 Six dead": "Six people have died in the storm, among them a driver in Hallow, the police said.",
        "11:00 Four dead": "Four people have died in the storm, police said. Ferries to Hallow are cancelled.",
        "20:55 Death toll at nine": "The death toll of storm Greta has risen to nine, the police chief said.",
        "08:20 Power is back": "Some 31,000 homes in Westmark have power again, the grid company said.",
        "07:30 Schools stay closed": "The schools of Hallow and Westmark stay closed until Thursday.",
    }
    days = ("2014-02-03", "2014-02-03", "2014-02-04", "2014-02-04", "2014-02-04")
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(
            archive,
            [
                Article(article_id(title), f"Storm Greta live - {title}", text, "live.html", None, day, "Quay")
                for (title, text), day in zip(posts.items(), days, strict=True)
            ],
        )
        question = "how many people has storm Greta killed?"
        found = retrieve(archive, question, 12)
        nine = next(candidate for candidate in found if "nine" in candidate.passage.text)
        assert nine.score < found[0].score - REACH
        assert nine in worth_reading(found)
        answer = Assistant(archive, careful).ask(question)
        assert (answer.text, answer.as_of) == ("nine", "2014-02-04")
        assert {other.text for other in answer.others} <= {"Six", "Four", "Six people", "Four people"}
