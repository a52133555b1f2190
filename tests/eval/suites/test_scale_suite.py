"""The scale suite at its smallest, on the real files."""

from datetime import date
from pathlib import Path

import pytest

from eval.suite import Options
from eval.suites import rounds as rounds_suite
from eval.suites.scale import scale
from qa.read.reader import reader_folder


@pytest.mark.slow
def test_a_small_archive_is_grown_asked_and_checked(shared: Path) -> None:
    result = scale(Options(None, shared / "data", 60))
    (size,) = result.figures["sizes"].values()
    assert size["passages"] >= 60
    assert size["found_by_check"] == []
    for name in ("ask_ms", "ask_within_ms"):
        assert 0 < size[name]["p50"] <= size[name]["p95"]
    assert {row.part for row in result.rows} == {"60"}
    assert result.figures["n"] == len(result.rows) == len({row.id for row in result.rows})


def test_articles_go_on_as_copies_with_other_words(shared: Path) -> None:
    from itertools import islice

    from eval.data.paragraphs import wikinews_articles
    from eval.suites.scale import copies

    news = wikinews_articles(shared / "data")
    made = list(islice(copies(news), 3 * len(news)))
    assert len({article.id for article in made}) == len({article.text for article in made}) == len(made)
    assert [article.text for article in made[: len(news)]] == [article.text for article in news]
    assert len({article.outlet for article in made}) == 20
    assert all(date.fromisoformat(article.published or "") for article in made)


@pytest.mark.slow
def test_rounds_of_new_articles_are_timed_with_questions_that_stand(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of so few passages nearly all of a round's are near every question: a thousand would be asked five times.
    monkeypatch.setattr(rounds_suite, "WATCHED", 40)
    monkeypatch.setattr(rounds_suite, "ROUNDS", 2)
    result = rounds_suite.rounds(Options(None, shared / "data", 60, reader_folder("fast")))
    assert result.figures["watched"] == 40
    assert len(result.rows) == 2
    for row in result.rows:
        assert 0 < row.scores["choosing_s"] <= result.figures["most_choosing_s"]
        assert 0 <= row.scores["chosen"] <= 40
