import pytest

from ingest.article import Facts
from ingest.passages import Passage
from qa.read.day_fit import fit_days
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import DatesAsked, Span

IN_2011 = DatesAsked("in 2011", "2011-01-01", "2011-12-31")


def fit(text: str, words: str, published: str | None, asked: DatesAsked = IN_2011) -> float:
    start = 100 + text.index(words)
    passage = Passage("a:0", "a", 0, 100, 100 + len(text), "Title", text)
    candidate = Candidate(passage, Facts("a", "Title", published=published), 0.5, 0.5, 0.5)
    return fit_days(Evidence.of(candidate, Span("a:0", start, start + len(words), 1.0)), asked)


def test_days_named_nearest_to_the_words_fit_best() -> None:
    text = "In 2011 Ana Ruiz led the firm, and since 2015 Ben Cole has."
    assert fit(text, "Ana Ruiz", None) > fit(text, "Ben Cole", None) > fit("Ben Cole led it.", "Ben Cole", None)


def test_other_days_fit_worse_than_none() -> None:
    assert fit("In 2008 Ana Ruiz led it.", "Ana", None) < fit("Ana Ruiz led it.", "Ana", None)


def test_a_range_and_a_decade_fit_the_years_in_them() -> None:
    for said in ("From 2009 to 2012 Ana led it.", "In the 2010s Ana led it.", "Ana led it (2009–2012)."):
        assert fit(said, "Ana", None) > 0


def test_days_within_those_asked_fit_better_than_days_around_them() -> None:
    within = fit("In May 2011 Ana led it.", "Ana", None)
    for said in ("From 2009 to 2012 Ana led it.", "From 2009 to 2011 Ana led it."):
        assert fit("In 2008 Ana led it.", "Ana", None) < fit(said, "Ana", None) < within


@pytest.mark.parametrize(("published", "sign"), [("2011-05-03", 1), ("2011", 1), ("2014-05-03", -1), (None, -1)])
def test_an_article_of_the_days_fits_and_a_later_one_may_tell_of_them(published: str | None, sign: int) -> None:
    value = fit("Ana Ruiz led it.", "Ana", published)
    assert value * sign > 0


def test_an_article_from_before_the_days_fits_worst() -> None:
    before = fit("Ana Ruiz led it.", "Ana", "2009-05-03")
    assert before < fit("Ana Ruiz led it.", "Ana", "2014-05-03")
    assert before < fit("In 2008 Ana Ruiz led it.", "Ana", None)


def test_a_question_for_the_latest_names_no_days() -> None:
    assert fit("In 2008 Ana led it.", "Ana", "2009", DatesAsked("now", None, None, latest=True)) == 0.0


def test_a_weekday_is_counted_from_the_day_of_the_article() -> None:
    asked = DatesAsked("on 3 May 2011", "2011-05-03", "2011-05-03")
    assert fit("On Tuesday Ana led it.", "Ana", "2011-05-04", asked) == fit(
        "On 3 May 2011 Ana led it.", "Ana", None, asked
    )
