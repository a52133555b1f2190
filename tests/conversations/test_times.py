"""Weekdays, months and figures with their days, asked the whole way out of invented articles."""

from datetime import date
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.filters import Filters
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.read.reader import Reader
from qa.types import Answer

NOW = date(2026, 3, 10)
POOL = (
    "Hours of the Lund pool",
    "The pool of Lund is open until 9 pm on Thursday and until 5 pm on Saturday. A swim costs 12 marks on Thursday."
    " The sauna opens at noon on Tuesday. In July a swim costs 20 marks.",
    "2024-03-29",
)
GUARDS = (
    "Minister says how many guards are left on Orrin",
    "The minister told the council that 640 guards remained on the island of Orrin at the end of February, not"
    " counting 85 sailors, compared with 900 last summer.",
    "2025-03-04",
)


def asked(
    folder: Path,
    reader: Reader,
    question: str,
    *articles: tuple[str, str, str],
    filters: Filters | None = None,
    now: date = NOW,
) -> Answer:
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, [Article(article_id(t), t, text, "x", published=day) for t, text, day in articles])
        return Assistant(archive, reader).ask(question, filters=filters or Filters(), now=now)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How much is a swim on Thursday?", "12 marks"),
        ("how much does a swim cost in July?", "20 marks"),
        ("Until when is the pool open on Saturday?", "5 pm"),
        ("When does the sauna open on Tuesday?", "noon"),
    ],
)
def test_a_weekday_or_month_that_comes_again_is_looked_for_by_its_name(
    archive_dir: Path, careful: Reader, question: str, value: str
) -> None:
    answer = asked(archive_dir, careful, question, POOL)
    assert answer.found, answer.reason
    assert value in answer.text


def test_a_sentence_gives_one_value_however_much_of_it_is_taken(archive_dir: Path, careful: Reader) -> None:
    filters = Filters(since="2025-01-01", until="2025-12-31")
    answer = asked(archive_dir, careful, "How many guards remain on Orrin?", GUARDS, filters=filters)
    assert answer.text.split()[0] == "640"
    assert "85" not in answer.text
    assert not any("640" in other.text for other in answer.others)


def test_what_an_article_of_the_days_asked_about_gives_for_the_day_before_them_holds(
    archive_dir: Path, careful: Reader
) -> None:
    answer = asked(archive_dir, careful, "How many guards remained on Orrin in March 2025?", GUARDS)
    assert "640" in (answer.text if answer.found else answer.reason or "")
    assert "Not for the dates" not in (answer.reason or "")


FARES = (
    (
        "Tram fares rise in Bexley",
        "Passengers in Bexley pay more from this week. A single tram ride costs 2.60 marks.",
        "2023-01-03",
    ),
    (
        "Bexley council raises tram fares again",
        "The price of a single tram ride in Bexley will rise to 2.90 marks on 1 July 2025, the council decided.",
        "2025-05-20",
    ),
)


@pytest.mark.parametrize(("now", "value"), [(date(2025, 6, 1), "2.60"), (NOW, "2.90")])
def test_a_price_that_was_announced_leads_from_its_day_on(
    archive_dir: Path, careful: Reader, now: date, value: str
) -> None:
    answer = asked(archive_dir, careful, "How much is a single tram ride in Bexley?", *FARES, now=now)
    assert value in answer.text
    assert (value == "2.90") == any("2.60" in other.text for other in answer.others)
