from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from ingest.passages import PASSAGE_WORDS, cell_spans, sentence_spans, split_passages, to_embed
from tests.timing import processor_seconds


def article(text: str) -> Article:
    return Article("a" * 16, "A title", text, "a.txt")


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_sentences_end_where_they_end() -> None:
    text = "Mr. Smith of the U.S. Army paid $4.2m. He left at 5 p.m. on Jan. 31 with Dr. J. R. Brown.\n\nIt rained"
    assert sentences(text) == [
        "Mr. Smith of the U.S. Army paid $4.2m.",
        "He left at 5 p.m. on Jan. 31 with Dr. J. R. Brown.",
        "It rained",
    ]


def test_offsets_are_right_where_text_repeats_and_beyond_ascii() -> None:
    text = "Ünder 😀 the bridge. It fell. It fell.\n\nIt fell. “It fell.” It fell."
    spans = sentence_spans(text)
    assert [text[a:b] for a, b in spans].count("It fell.") >= 3
    assert spans == sorted(set(spans))
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))


def test_a_long_speech_is_cut_into_its_sentences() -> None:
    speech = " ".join(f"We counted {n} boats on the river that day and wrote each one down." for n in range(20))
    assert len(sentences(f"She said: “{speech}”")) == 20


def test_a_word_without_end_is_cut() -> None:
    text = "x" * 10_000
    passages = split_passages(article(text))
    assert "".join(p.text for p in passages) == text
    assert max(len(p.text) for p in passages) <= PASSAGE_WORDS * 20


def test_a_line_without_full_stops_is_cut_once_through() -> None:
    text = "word " * 200_000
    assert len(split_passages(article(text))) == -(-200_000 // PASSAGE_WORDS)


def test_neighbours_share_a_sentence() -> None:
    text = " ".join(f"Sentence number {n} says a little about the harbour of the old town." for n in range(40))
    passages = split_passages(article(text))
    assert len(passages) > 3
    for one, other in pairwise(passages):
        shared = text[other.start : one.end]
        assert sentences(shared) == [sentences(one.text)[-1]]


def test_every_word_is_embedded_once_below_its_title() -> None:
    text = " ".join(f"Sentence number {n} says a little about the harbour of the old town." for n in range(40))
    read = to_embed(split_passages(article(text)))
    assert len(read) > 3
    assert all(one.startswith("A title\nSentence number") for one in read)
    assert " ".join(one.removeprefix("A title\n") for one in read) == text


def test_half_a_character_does_no_harm() -> None:
    assert sentences("It \ud800 fell. It rose.") == ["It \ud800 fell.", "It rose."]


def test_no_words_no_passages() -> None:
    assert split_passages(article("")) == []
    assert split_passages(article(" \n\n ")) == []


PIECES = st.sampled_from(
    ["Mr. ", "Hello there. ", "It is 4.5% now! ", "\n\n", "“Oh?” ", "é", "word ", "the end.\n", "U.S. ", "😀"]
)


@given(st.lists(PIECES, max_size=400).map("".join) | st.text(max_size=300))
def test_passages_are_slices_and_cover_every_word(text: str) -> None:
    passages = split_passages(article(text))
    covered = set()
    for index, passage in enumerate(passages):
        assert text[passage.start : passage.end] == passage.text
        assert passage.id == f"{'a' * 16}:{index}"
        assert passage.text == passage.text.strip()
        assert len(passage.text.split()) <= PASSAGE_WORDS
        covered.update(range(passage.start, passage.end))
    assert all(position in covered for position, character in enumerate(text) if not character.isspace())


def test_a_line_as_long_as_a_book_is_cut_after_sentences_in_a_time_that_grows_with_it() -> None:
    """The segmenter takes four times as long for twice as many quotation marks."""
    sentence = "“The ferry sails at noon,” said the harbour master of Ostrel on the 12th of May. "
    text = sentence * 900
    spans = sentence_spans(text)
    assert {text[start:end].strip("“") for start, end in spans} == {sentence.strip(" “")}
    assert len(spans) == 900

    def seconds(times: int) -> float:
        return processor_seconds(lambda: sentence_spans('12:30 "“_' * times))

    assert seconds(24_000) < 30 * max(seconds(3_000), 0.01)


def test_the_cells_of_a_row_are_found_without_their_heads() -> None:
    row = "It opens.\nDay: Friday; Hours: 10:00 AM - 11:00 PM; Price: 15 crowns (Friday).\nIt shuts."
    start, end = row.index("Day"), row.index("\nIt shuts")
    assert [row[a:b] for a, b in cell_spans(row, start, end)] == ["Friday", "10:00 AM - 11:00 PM", "15 crowns"]
    ranked = "#: 1; Town: Orr; People: 4,000 (Orr)."
    assert [ranked[a:b] for a, b in cell_spans(ranked, 0, len(ranked))] == ["1", "Orr", "4,000"]
    for text in (
        "He said: it is so; she said: it is not (on Monday).",
        "Day: Friday; Hours: long.",
        "Day: Friday (Friday).",
        "",
    ):
        assert cell_spans(text, 0, len(text)) == []


def test_cells_are_looked_for_in_a_time_that_grows_with_the_line() -> None:
    def seconds(times: int) -> float:
        return processor_seconds(lambda: cell_spans(text := "a: b; " * times + "(b", 0, len(text)))

    assert seconds(24_000) < 30 * max(seconds(3_000), 0.01)
