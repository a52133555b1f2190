"""What of a sentence can be looked up, and in which texts it stands."""

import pytest

from qa.prose.facts import Known, capitals, facts_of

ARTICLE = (
    "Vale Line sinks in harbour. Two ferries of the Vale Line sank on Tuesday, the port of Marlow said. The rescue of"
    " 25,000 litres of oil cost £4.2 million, Ada Lindqvist, its keeper, said in March 2011: “nobody was hurt at all”."
    " A third of the fleet, 1.5 km of ropes and 12 dead swans remain. Iraqi sailors left on 3 May."
)


def missing(sentence: str, published: str | None = "2012-05-09") -> list[str]:
    known = Known(ARTICLE, published)
    return [fact.words for fact in facts_of(sentence) if not known.has(fact)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The rescue cost 4,200,000 pounds.",
        "Twenty-five thousand litres of oil were saved.",
        "33% of the fleet remain, with 1,500 metres of ropes.",
        "Lindqvist, the keeper, spoke in March 2011.",
        "In 2011 the rescue was done.",
        "Ada Lindqvist said “nobody was hurt”.",
        "Sailors from Iraq left on May 3.",
        "On 8 May 2012 two ferries sank.",
        "One of the swans was Iraqi.",
        "By 9 May 2012 twelve swans had died.",
    ],
)
def test_what_the_article_says_is_found(sentence: str) -> None:
    assert missing(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The rescue cost 4.3 million pounds.", ["4.3 million"]),
        ("The rescue cost 4.2 million euros.", ["4.2 million"]),
        ("25,000 gallons were saved, 2,500 litres lost.", ["2,500"]),
        ("1.5 miles of ropes remain.", ["1.5"]),
        ("12 injured swans remain.", ["12"]),
        ("Bea Lindqvist spoke.", ["Bea Lindqvist"]),
        ("She said so in March 2012.", ["March 2012"]),
        ("She said so on 14 March 2011.", ["14 March 2011"]),
        ("Sailors left on 4 May.", ["4 May"]),
        ("Sailors from Iran left.", ["Iran"]),
        ("She said “somebody was hurt”.", ["somebody was hurt"]),
        ("Two ferries sank on Friday.", ["Friday"]),
    ],
)
def test_what_it_does_not_say_is_not(sentence: str, words: list[str]) -> None:
    assert missing(sentence) == words


def test_a_first_word_is_a_name_where_it_is_one_elsewhere() -> None:
    assert facts_of("Officials left.") == []
    assert [fact.words for fact in facts_of("Marlow left.", capitals(ARTICLE))] == ["Marlow"]


def test_a_direction_that_is_turned_round_is_named() -> None:
    known = Known("The price rose in May, before the strike.", None)
    assert known.turned("The price fell in May.") == ("fell", "rose")
    assert known.turned("The price went up, after the strike.") == ("after", "before")
    assert known.turned("The price rose before the strike.") is None
    assert known.turned("The price rose after a year, but before the strike.") is None
    assert Known("It rose, then fell.", None).turned("It fell.") is None


def test_a_denial_needs_one_in_the_source() -> None:
    assert Known("The port reopened on Tuesday.", None).lacks_denial("The port did not reopen.")
    assert not Known("The port refused to reopen.", None).lacks_denial("The port did not reopen.")
    assert not Known("The port reopened on Tuesday.", None).lacks_denial("The port reopened.")


def test_the_day_of_the_article_is_known() -> None:
    assert missing("On 9 May 2012 the port said so.") == []
    assert missing("On 9 May 2012 the port said so.", None) == ["9 May 2012"]


def test_a_figure_of_the_same_thing_is_named_instead() -> None:
    (fact,) = facts_of("The oil was 26,000 litres.")
    assert Known(ARTICLE, None).instead_of(fact) == "25,000"
    (other,) = facts_of("There were 40 cats.")
    assert Known(ARTICLE, None).instead_of(other) is None
