import pytest

from ingest.passages import sentence_spans
from qa.english.wording import clause, explains, figure, is_pronoun, names, referent, whole


@pytest.mark.parametrize(
    ("sentence", "span", "shown"),
    [
        ("The mayor, Angela Rossi, said no to it.", "Rossi", "Angela Rossi"),
        ("Angela Rossi said no to it.", "Angela", "Angela Rossi"),
        ("Yesterday Rossi said no to it again.", "Rossi", "Rossi"),
        ("On Monday Rossi said no to it again.", "Rossi", "Rossi"),
        ("Defence Minister Helena Brandt said no to all of it.", "Brandt", "Helena Brandt"),
        ("Defence Minister Helena Brandt said no to all of it.", "Minister Helena", "Minister Helena Brandt"),
        ("The emirate's envoy, Yusuf al-Hadri, said no to it.", "Hadri", "Yusuf al-Hadri"),
        ("It was Ludwig van Beethoven who wrote it then.", "Ludwig", "Ludwig van Beethoven"),
        ("The speech of Martin Luther King was heard by all.", "Luther King", "Martin Luther King"),
        ("He moved from New York City to the coast.", "York", "New York City"),
        ("Aldermark's Helena Brandt said no to all of it.", "Brandt", "Helena Brandt"),
        ("The President of the United Isles Jo Beck won it.", "Jo Beck", "Jo Beck"),
        ("The senator from North Tressa Lee Ann Moss won it.", "Lee Ann", "Lee Ann Moss"),
        ("The speech of the mayor of Port Ellis was heard.", "Port", "Port Ellis"),
        ("They get 5.8 percent over 18 months.", "5.8", "5.8 percent"),
        ("It costs 2.9 billion marks, against less before.", "2.9 billion", "2.9 billion marks"),
        ("It costs 2.9 billion marks, against less before.", "billion marks", "2.9 billion marks"),
        ("It was the 2.1 billion that members wanted.", "2.1 billion", "2.1 billion"),
        ("It costs £4.2m a year to run.", "£4.2m", "£4.2m a year"),
        ("A subsidy of 54 million a year was given.", "54", "54 million a year"),
        ("They keep 25,000 troops there.", "25,000", "25,000"),
        ("It burned 3,200 hectares of heath.", "3,200", "3,200 hectares"),
        ("Between 10,000 and 12,000 troops are there.", "12,000", "Between 10,000 and 12,000"),
        ("It takes between 10 and 12 of them.", "10", "between 10 and 12"),
        ("It takes 10 to 12 of them.", "12", "10 to 12"),
        ("It takes 10-12 of them.", "10", "10-12"),
        ("It takes 10–12 percent of them.", "12 percent", "10–12 percent"),
        ("It costs $20-25 million a year to run.", "25 million", "$20-25 million a year"),
        ("It drew from 4,000 to 5,000 people.", "4,000", "4,000 to 5,000"),
        ("The force rose from 4,000 to 5,000 people.", "5,000", "5,000"),
        ("He led it from 1962 to 1965.", "1962", "1962"),
        ("He led it 1962–1965 at home.", "1965", "1965"),
        ("It opened on 2011-05-03 at home.", "2011", "2011"),
        ("She beat 12 men and 15 women there.", "12", "12"),
        ("They signed on 4 March 2025 in Rome.", "4 March", "4 March 2025"),
        ("They signed on 4 March 2025 in Rome.", "2025", "2025"),
        ("They signed on March 4, 2025, in Rome.", "4", "March 4, 2025"),
    ],
)
def test_names_measures_and_dates_come_whole(sentence: str, span: str, shown: str) -> None:
    text = f"It began. {sentence} It ended."
    start = text.index(span, 10)
    low, high = whole(text, start, start + len(span), (10, 10 + len(sentence)))
    assert text[low:high] == shown


def test_a_name_never_crosses_its_sentence() -> None:
    text = "He met Rossi. Bergman left."
    assert whole(text, 7, 12, (0, 13)) == (7, 12)


def test_a_headline_has_no_names_to_tell_apart() -> None:
    text = "Port Chief Ingrid Saltmarsh To Run Aldermark Railways Soon"
    assert names(text, (0, len(text))) == []


@pytest.mark.parametrize(
    ("sentence", "span", "shown"),
    [
        (
            "The alarm was silent since it had been switched off, when spiders set it off, and the man was due later.",
            "spiders set it off",
            "since it had been switched off, when spiders set it off",
        ),
        ('"They left because the work was done," the captain, Dorte Illing, said.', "the work",
         "because the work was done"),
        ("The firm put the job off four times, according to the report, in order to save 1.6 million a year.",
         "1.6 million", "in order to save 1.6 million a year"),
        ("Because the tide is late each day, her hours creep round the clock.", "the tide is late",
         "Because the tide is late each day"),
        ("Police said the pair came in through a side door left open.", "side door", "through a side door left open"),
        ("The chief, Al Ames, said the line would hold.", "the line would hold",
         "The chief, Al Ames, said the line would hold."),
        ("It rained.", "rained", "It rained."),
        ("One went home; the clay under the piers was soft.", "soft", "the clay under the piers was soft"),
    ],
)  # fmt: skip
def test_a_reason_is_its_clause_or_else_its_sentence(sentence: str, span: str, shown: str) -> None:
    text = f"It began. {sentence} It ended."
    start = text.index(span, 10)
    low, high = clause(text, start, start + len(span), (10, 10 + len(sentence)))
    assert text[low:high] == shown


def test_words_that_give_reasons() -> None:
    assert explains("They left to save money.")
    assert explains("It failed owing to rust.")
    assert not explains("They left on Monday.")


def test_pronouns() -> None:
    assert is_pronoun("She")
    assert is_pronoun(" they ")
    assert not is_pronoun("She left")


@pytest.mark.parametrize(
    ("text", "pronoun", "name"),
    [
        ("Ingrid Holm took over in April. She said no.", "She", "Ingrid Holm"),
        ("Holm took over in Rome. It rained. Then she left.", "she", "Holm"),
        ("Ames said that he would go.", "he ", "Ames"),
        ("Ingrid Holm met Tomas Okelly. She said no.", "She", None),
        ("Ingrid Holm spoke. Holm sat down. Then she left.", "she", "Holm"),
        ("In Corvana it rained. She said no.", "She", None),
        ("A Portuguese picker died. He was young.", "He", None),
        ("Ingrid Holm spoke. They left.", "They", None),
        ("Ingrid Holm spoke.\n\nIt rained.\n\nIt snowed. She left.", "She", None),
    ],
)
def test_a_pronoun_is_resolved_only_where_it_is_plain(text: str, pronoun: str, name: str | None) -> None:
    start = text.index(pronoun)
    found = referent(text, start, start + len(pronoun), sentence_spans(text))
    assert (found and text[slice(*found.place)]) == name


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ("price of a single ride on the buses will rise to 3.10 crowns", "3.10 crowns"),
        ("cost of the bridge at 2.9 billion marks", "2.9 billion marks"),
        ("2.80 crowns for a single ride, up from 2.40", "2.80 crowns"),
        ("the yearly bill from 1.2 billion crowns to 470 million", "470 million"),
        ("between 3 and 5 crowns a day in winter", "between 3 and 5 crowns a day in winter"),
        ("price of a single ride on it is between 3 and 5 crowns", "between 3 and 5 crowns"),
        ("from 4,000 to 5,000 people", "from 4,000 to 5,000 people"),
        ("it went up in May from 4,000 to 5,000 people", "5,000"),
        ("two thirds of the 900 men", "two thirds of the 900 men"),
        ("rides on it will cost 10-12 crowns", "10-12 crowns"),
        ("some 25,000 troops", "some 25,000 troops"),
        ("nobody at all was told of it", "nobody at all was told of it"),
    ],
)
def test_a_figure_sheds_what_stands_around_it(span: str, shown: str) -> None:
    text = f"It began 7 times. They said {span}, and 9 more."
    low = text.index(span)
    start, end = figure(text, low, low + len(span))
    assert text[start:end] == shown


@pytest.mark.parametrize(
    "piece", ["20.", "9", "20,", "$20.", "20-", "10 to ", "half of ", "between 10 and ", "from 1 ", "$", "1 thousand a"]
)
def test_sixty_kilobytes_of_figures_are_read(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    low, high = whole(text, 0, 5, (0, len(text)))
    assert low == 0
    assert high >= 5
    assert figure(text, 0, len(text))[1] <= len(text)
