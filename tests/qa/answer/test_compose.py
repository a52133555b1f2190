from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from ingest.archive import Archive
from ingest.article import Article
from qa.answer.abstain import NOT_FOUND, abstain
from qa.answer.aggregate import aggregate
from qa.answer.compose import compose
from qa.question.parse import Question
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, Citation, DatesAsked, Form
from tests.qa.making import candidate
from tests.qa.making import evidence as scored

HOUSE_TEXT = "It rained. The base holds 900 soldiers, the army said. Talks go on."
NOTE_TEXT = "The army spoke. By May the base held 1,400 soldiers and 20 dogs."
HOUSE = Article("house", "Base shrinks", HOUSE_TEXT, "a.txt", None, "2025-03-01", "The Herald")
NOTE = Article("note", "Base grows", NOTE_TEXT, "b.txt", None, "2025-05-02", "The Courier")
COPY = Article("copy", "Base shrinks again", "Some 900 soldiers are at the base.", "c.txt", None, None, None)
ARTICLES = {article.id: article for article in (HOUSE, NOTE, COPY)}


QUESTIONS: dict[Form, str] = {"span": "what?", "reason": "why?", "sentence": "is it so?", "list": "list them"}


@pytest.fixture(scope="module", autouse=True)
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Where the words of a question are looked up that is not answered."""
    with Archive.open(tmp_path_factory.mktemp("answer") / "archive", create=True) as opened:
        opened.put(Article("asked", "Asked", "what", "w.txt"))
        LOOKED_UP_IN.append(opened)
        yield opened


LOOKED_UP_IN: list[Archive] = []


def answer(*items: Evidence, form: Form = "span", dates: DatesAsked | None = None) -> Answer:
    return composed(QUESTIONS[form], items, [item.candidate for item in items], dates)


def composed(
    question: str, items: Sequence[Evidence], candidates: Sequence[Candidate], dates: DatesAsked | None = None
) -> Answer:
    asked = replace(Question.of(question), dates=dates)
    known = aggregate(asked, items)
    return compose(asked, candidates, known) or abstain(asked, candidates, known, LOOKED_UP_IN[-1])


def cited(found: Answer) -> list[Citation]:
    return [*found.citations, *(c for other in found.others for c in other.citations), *found.nearest]


def assert_exact(found: Answer) -> None:
    for citation in cited(found):
        text = ARTICLES[citation.article.id].text
        assert text[citation.start : citation.end] == citation.quote
        assert text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert citation.sentence_start <= citation.start < citation.end <= citation.sentence_end
    assert [citation.number for citation in cited(found)] == list(range(1, len(cited(found)) + 1))


def test_the_answer_is_the_words_of_its_citation() -> None:
    found = answer(scored(HOUSE, "900", 0.9))
    assert (found.found, found.text, found.confidence, found.reason) == (True, "900", 0.9, None)
    (citation,) = found.citations
    assert citation.sentence == "The base holds 900 soldiers, the army said."
    assert (citation.article.title, citation.article.published, citation.article.outlet) == (
        "Base shrinks",
        "2025-03-01",
        "The Herald",
    )
    assert_exact(found)


def test_equal_values_are_one_answer_with_several_citations() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(COPY, "900 soldiers", 0.8))
    assert [citation.quote for citation in found.citations] == ["900", "900 soldiers"]
    assert found.others == ()
    assert_exact(found)


def test_the_newest_of_different_values_leads_and_the_others_follow_with_their_days() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.8))
    assert (found.text, found.as_of, found.sources, found.confidence) == ("1,400", "2025-05-02", 1, 0.8)
    (other,) = found.others
    assert (other.text, other.published, other.as_of, other.confidence) == ("900", "2025-03-01", "2025-03-01", 0.9)
    assert (other.relation, other.sources) == ("earlier", 1)
    assert_exact(found)


def test_a_newer_value_that_is_far_less_likely_does_not_lead() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.3))
    assert (found.text, [(other.text, other.relation) for other in found.others]) == ("900", [("1,400", "later")])


def test_an_unlikely_value_is_shown_beside_an_answer_and_is_none_itself() -> None:
    assert [other.text for other in answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.15)).others] == ["1,400"]
    assert not answer(scored(NOTE, "1,400", 0.15)).found


def test_others_come_newest_first_and_undated_last() -> None:
    old = Article("old", "Base", "The base held 77 soldiers.", "o.txt", None, "2020-01-01")
    undated = Article("undated", "Base", "The base held 55 soldiers.", "u.txt")
    same_day = Article("same", "Base", "The base held 88 soldiers.", "s.txt", None, "2025-03-01")
    ARTICLES.update({article.id: article for article in (old, undated, same_day)})
    found = answer(
        *(
            scored(HOUSE, "900", 0.9),
            scored(undated, "55", 0.85),
            scored(old, "77", 0.8),
            scored(NOTE, "1,400", 0.2),
        ),
        scored(same_day, "88", 0.2),
    )
    assert (found.text, [(other.text, other.relation) for other in found.others]) == (
        "900",
        [("1,400", "later"), ("88", "disputed"), ("77", "earlier"), ("55", "undated")],
    )
    assert_exact(found)


def test_the_oldest_leads_where_the_question_asks_how_it_was_at_first() -> None:
    first = DatesAsked("at first", None, None, first=True)
    found = answer(scored(NOTE, "1,400", 0.9), scored(HOUSE, "900", 0.8), dates=first)
    assert (found.text, found.dates) == ("900", first)


def test_what_a_later_article_calls_the_first_count_is_the_oldest_still() -> None:
    first = DatesAsked("at first", None, None, first=True)
    early = article("early toll", "Rescuers found 41 dead in the valley.", "2014-09-08")
    late = article("late toll", "Rescuers found 187 dead, four times the first count of 41.", "2014-09-10")
    found = answer(scored(late, "187", 0.7), scored(late, "41", 0.66), scored(early, "41", 0.63), dates=first)
    assert (found.text, [other.text for other in found.others]) == ("41", [])


def test_what_has_been_so_since_before_the_days_asked_about_was_so_then() -> None:
    fares = article("fares", "A ride costs 2.80, up from 2.40, which had been the price since 2014.", "2018-01-02")
    asked = DatesAsked("in 2016", "2016-01-01", "2016-12-31")
    items = [scored(fares, "2.80", 0.9), scored(fares, "2.40", 0.7)]
    assert composed("how much is a ride?", items, [candidate(fares)], asked).text == "2.40"


def test_the_likeliest_leads_where_the_question_names_days() -> None:
    march = DatesAsked("in March 2025", "2025-03-01", "2025-03-31")
    assert answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.8), dates=march).text == "900"


def test_a_value_of_other_days_is_named_where_none_fits() -> None:
    asked = DatesAsked("in 1999", "1999-01-01", "1999-12-31")
    found = answer(replace(scored(HOUSE, "900", 0.1), any_day=0.6), dates=asked)
    assert (found.found, found.missing) == (False, "dates")
    assert found.reason == "Not for the dates asked about: the articles give “900” as of 2025-03-01."


def test_words_and_another_value_of_the_same_article_are_no_other_answer() -> None:
    found = answer(scored(NOTE, "1,400", 0.9), scored(NOTE, "20", 0.8), scored(HOUSE, "the army", 0.8))
    assert found.others == ()


def test_below_the_threshold_the_articles_do_not_say() -> None:
    found = answer(scored(HOUSE, "900", 0.05), scored(NOTE, "1,400", 0.04))
    assert (found.found, found.text, found.citations, found.others) == (False, NOT_FOUND, (), ())
    assert found.confidence == 0.05
    assert found.reason is not None
    assert "Base shrinks" in found.reason
    assert [near.quote for near in found.nearest] == [
        "The base holds 900 soldiers, the army said.",
        "By May the base held 1,400 soldiers and 20 dogs.",
    ]
    assert_exact(found)


def test_an_empty_archive_does_not_say_either() -> None:
    found = answer()
    assert (found.found, found.nearest, found.confidence) == (False, (), 0.0)
    assert found.reason


def test_a_copy_of_the_story_is_not_a_second_source() -> None:
    ARTICLES["wire"] = Article(
        "wire", "Base", HOUSE_TEXT.replace("holds", "now holds"), "w.txt", None, None, "The Mail"
    )
    found = answer(scored(HOUSE, "900", 0.9), scored(ARTICLES["wire"], "900", 0.8), scored(COPY, "900", 0.7))
    assert [citation.article.id for citation in found.citations] == ["house", "copy"]
    assert_exact(found)


def test_a_sentence_gives_one_other_value() -> None:
    found = answer(scored(HOUSE, "900", 0.9), scored(NOTE, "1,400", 0.8), scored(NOTE, "1,400 soldiers and 20", 0.7))
    assert (found.text, [other.text for other in found.others]) == ("1,400", ["900"])


def test_the_same_figure_of_something_else_is_no_rival() -> None:
    ARTICLES["dogs"] = Article("dogs", "Dogs", "The base keeps 900 dogs.", "d.txt")
    found = answer(scored(HOUSE, "900 soldiers", 0.9), scored(ARTICLES["dogs"], "900 dogs", 0.8))
    assert (len(found.citations), found.others) == (1, ())


def article(id_: str, text: str, published: str | None = None) -> Article:
    """Store an article; its id is new to every test."""
    ARTICLES[id_] = Article(id_, f"About {id_}", text, f"{id_}.txt", None, published)
    return ARTICLES[id_]


def test_a_name_and_a_measure_come_whole() -> None:
    rates = article("rates", "The bank, led by Ylva Brand, cut its rate to 3.5 percent on Thursday.")
    assert answer(scored(rates, "Brand", 0.9)).text == "Ylva Brand"
    found = answer(scored(rates, "3.5", 0.9))
    assert found.text == "3.5 percent"
    assert_exact(found)


def test_two_people_of_one_surname_are_two_values() -> None:
    one = article("one", "The prize went to Ana Rossi, the jury said.")
    two = article("two", "The prize went to Marco Rossi, the paper wrote.")
    found = answer(scored(one, "Rossi", 0.9), scored(two, "Rossi", 0.8))
    assert (found.text, [other.text for other in found.others]) == ("Ana Rossi", ["Marco Rossi"])
    assert_exact(found)


def test_a_pronoun_becomes_its_name_and_cites_both_sentences() -> None:
    chief = article("chief", "Renata Vosloo took over in May. In June she closed nine lines. Nobody cheered.")
    found = answer(scored(chief, "she", 0.9))
    assert (found.text, found.form) == ("Renata Vosloo", "span")
    assert found.citations[0].sentence == "Renata Vosloo took over in May. In June she closed nine lines."
    assert_exact(found)


def test_a_pronoun_that_could_be_two_people_is_shown_with_its_sentence() -> None:
    both = article("both", "Renata Vosloo met Tomas Okelly. She closed nine lines.")
    found = answer(scored(both, "She", 0.9))
    assert found.text == "She closed nine lines."
    assert_exact(found)


def test_a_reason_is_a_clause_as_likely_as_that_any_of_its_spans_is_right() -> None:
    mill = article("mill", "The mill is shut. It stopped because the wheel broke in the storm, the miller said.")
    found = answer(scored(mill, "the wheel broke", 0.4), scored(mill, "the storm", 0.1), form="reason")
    assert (found.found, found.form) == (True, "reason")
    assert found.text == "because the wheel broke in the storm"
    assert abs(found.confidence - (0.75 * 0.4 + 0.25 * (1 - 0.6 * 0.9))) < 1e-9
    assert_exact(found)


def test_of_reasons_nearly_as_likely_the_one_with_a_because_wins() -> None:
    one = article("dull", "The mill stood still in the spring.")
    two = article("cause", "The mill stopped because its wheel was broken.")
    found = answer(scored(one, "still", 0.5), scored(two, "wheel", 0.45), form="reason")
    assert found.citations[0].article.id == "cause"
    assert answer(scored(one, "still", 0.5), scored(two, "wheel", 0.3), form="reason").citations[0].article.id == "dull"


def test_a_yes_or_no_question_gets_the_sentence_that_decides() -> None:
    found = answer(scored(HOUSE, "900", 0.6), scored(NOTE, "1,400", 0.5), form="sentence")
    assert (found.form, found.others) == ("sentence", ())
    assert found.text == found.citations[0].quote == found.citations[0].sentence
    assert found.text == "The base holds 900 soldiers, the army said."
    assert_exact(found)


def test_a_list_has_a_citation_an_item() -> None:
    prizes = article("prizes", "Prizes went to Ana Ruiz, Ben Cole and Cy Dorn that night.")
    later = article("later-prize", "Another prize was for Dee Lund, the jury said.")
    found = answer(scored(prizes, "Ben Cole", 0.7), scored(later, "Dee Lund", 0.4), form="list")
    assert (found.form, found.text) == ("list", "Ana Ruiz, Ben Cole, Cy Dorn and Dee Lund")
    assert [citation.quote for citation in found.citations] == ["Ana Ruiz", "Ben Cole", "Cy Dorn", "Dee Lund"]
    assert (found.confidence, found.others) == (0.7, ())
    assert_exact(found)


def test_a_list_names_nobody_twice_and_skips_what_is_unlikely() -> None:
    one = article("ones", "The head is Ana Ruiz, they said.")
    two = article("twos", "Then Ruiz left, they said.")
    three = article("threes", "Ben Cole came, they said.")
    unlikely = article("fours", "Cy Dorn sang, they said.")
    found = answer(
        scored(one, "Ana Ruiz", 0.7), scored(two, "Ruiz", 0.6), scored(three, "Ben Cole", 0.5),
        scored(unlikely, "Cy Dorn", 0.05), form="list",
    )  # fmt: skip
    assert [citation.quote for citation in found.citations] == ["Ana Ruiz", "Ben Cole"]


def test_a_list_of_one_item_is_a_span() -> None:
    one = article("single", "The head is Ana Ruiz, they said.")
    found = answer(scored(one, "Ruiz", 0.7), form="list")
    assert (found.form, found.text) == ("span", "Ana Ruiz")


def test_a_summary_cites_every_sentence() -> None:
    text = "The base at Orr opened. The base at Orr grew to 900 men. The base at Orr was shut in 2020 for good."
    base = article("base", text, "2024-01-01")
    found_first = candidate(base, 0.7)
    found = composed("summarise the base at Orr", [], [found_first])
    assert (found.found, found.form, found.confidence, found.others) == (True, "summary", 0.7, ())
    assert found.text == " ".join(citation.quote for citation in found.citations)
    assert all(citation.quote == citation.sentence for citation in found.citations)
    assert_exact(found)


def test_a_summary_of_what_is_not_there_is_refused() -> None:
    found = composed("tell me about opera", [scored(HOUSE, "900", 0.9)], [candidate(HOUSE, 0.2)])
    assert (found.found, found.form, found.text, found.confidence) == (False, "summary", NOT_FOUND, 0.2)
    assert [near.article.id for near in found.nearest] == ["house"]
    assert found.to_dict()["form"] == "summary"


def test_a_figure_of_another_day_is_not_given_for_the_days_asked_about() -> None:
    asked = DatesAsked("in 2015", "2015-01-01", "2015-12-31")
    candidates = [scored(HOUSE, "900", 0.6).candidate]
    found = composed("how many soldiers?", [scored(HOUSE, "900", 0.6)], candidates, asked)
    assert (found.found, found.missing) == (False, "dates")
    assert composed("who spoke?", [scored(HOUSE, "the army", 0.6)], candidates, asked).found


def test_of_several_values_one_of_the_days_asked_about_leads_though_another_is_likelier() -> None:
    asked = DatesAsked("in March 2025", "2025-03-01", "2025-03-31")
    items = [scored(NOTE, "1,400", 0.8), scored(HOUSE, "900", 0.7)]
    found = composed("how many soldiers?", items, [item.candidate for item in items], asked)
    assert (found.text, [(other.text, other.relation) for other in found.others]) == ("900", [("1,400", "later")])
    unlikely = [items[0], replace(items[1], probability=0.2)]
    refused = composed("how many soldiers?", unlikely, [item.candidate for item in items], asked)
    assert (refused.found, refused.missing) == (False, "dates")
    assert refused.reason is not None
    assert "“1,400” as of 2025-05" in refused.reason


def test_when_is_answered_with_the_whole_date_and_which_year_with_the_year() -> None:
    text = (
        "The trial of Rufus Alm will begin on 13 May 2024 at the court. The bridge opens in the spring of 2031."
        " It shut on 8 July."
    )
    trial = article("trial", text)
    candidates = [candidate(trial)]
    year, day = scored(trial, "2024", 0.7), scored(trial, "13 May 2024", 0.8)
    assert composed("when will the trial begin?", [day, year], candidates).text == "13 May 2024"
    assert composed("when will the trial begin?", [year], candidates).text == "13 May 2024"
    assert composed("in which year will the trial begin?", [year], candidates).text == "2024"
    assert composed("when does it open?", [scored(trial, "2031", 0.7)], candidates).text == "spring of 2031"
    assert composed("when did it shut?", [scored(trial, "July", 0.7)], candidates).text == "8 July"


@pytest.mark.parametrize(
    ("text", "long", "compared", "value"),
    [
        ("A car pays 70 marks instead of 45 from May.", "70 marks instead of 45", "45", "70 marks"),
        ("The party won 58 of the 120 seats.", "58 of the 120", "120", "58"),
    ],
)
def test_what_a_value_is_compared_with_or_part_of_does_not_stand_for_it(
    text: str, long: str, compared: str, value: str
) -> None:
    held = article(f"compared {value}", text)
    items = [scored(held, long, 0.6), scored(held, compared, 0.55), scored(held, value, 0.5)]
    assert composed("how much or many?", items, [candidate(held)]).text == value


def test_a_summary_keeps_to_the_days_asked_about() -> None:
    article("fair1", "The fair at Tarn drew 900 people. The fair at Tarn closed early for rain.", "2019-05-01")
    article("fair2", "The fair at Tarn drew 70 people. The fair at Tarn was held in the hall.", "2022-05-01")
    candidates = [candidate(ARTICLES[id_], 0.7) for id_ in ("fair1", "fair2")]
    asked = DatesAsked("in 2019", "2019-01-01", "2019-12-31")
    found = composed("what happened at the fair at Tarn?", [], candidates, asked)
    assert {citation.article.id for citation in found.citations} == {"fair1"}
    later = composed("what happened at the fair at Tarn?", [], candidates[1:], asked)
    assert (later.found, later.missing) == (False, "dates")
