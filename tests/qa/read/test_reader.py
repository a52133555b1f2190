"""The shipped reader on text written here; edges, windows and damage."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ModelError
from ingest.passages import Passage
from qa.read.reader import Reader, reader_folder, trim_span, whole_units

LAMP = "The lighthouse at Skerry Point was built in 1871 by the engineer Anna Brand. It cost 4,300 crowns."
FILLER = "The harbour was quiet that morning, and a few gulls sat on the wall beside the nets. "


def passage(text: str, start: int = 0, index: int = 0) -> Passage:
    return Passage(f"art:{index}", "art", index, start, start + len(text), "A lighthouse", text)


@pytest.fixture(scope="module", params=["careful", "fast"])
def reader(request: pytest.FixtureRequest) -> Reader:
    loaded = Reader.load(request.param)
    assert loaded.name == request.param
    return loaded


def best(reader: Reader, question: str, text: str) -> str:
    span = reader.read(question, [passage(text)])[0][0]
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the lighthouse built?", "1871"),
        ("How many crowns did the lighthouse cost?", "4,300"),
        ("Who built the lighthouse?", "Anna Brand"),
    ],
)
def test_reads_the_answer(reader: Reader, question: str, answer: str) -> None:
    assert answer in best(reader, question, LAMP)


@pytest.mark.parametrize(
    "dateline",
    ["WEXHOLM - ", "PORT ELDEN, Corvana — ", "CAMP TARROW, Qasara (Meridian Wire) - ", "NORTH BAY, Jan. 31 (MW) – "],
)
def test_no_answer_begins_in_the_dateline(reader: Reader, dateline: str) -> None:
    text = f"{dateline}Anna Brand took over the lighthouse on Friday. Its lamp will be mended in May."
    assert "Brand" in best(reader, "Who took over the lighthouse?", text)
    (spans,) = reader.read("Where was this written?", [passage(text)])
    assert all(span.start >= len(dateline) for span in spans)


def test_no_answer_crosses_the_cells_of_a_row(reader: Reader) -> None:
    row = "Day: Friday; Hours: 10:00 AM - 11:00 PM; Price: 15 crowns (Friday)."
    passage = Passage("t:0", "t", 0, 0, len(row), "Museum hours", row)
    (spans,) = reader.read("How much is a ticket on Friday?", [passage], 20)
    said = [row[span.start : span.end] for span in spans]
    assert "15 crowns" in said
    assert all(";" not in words and "Price" not in words for words in said)


def test_offsets_are_the_articles(reader: Reader) -> None:
    article = FILLER + LAMP
    spans = reader.read("When was the lighthouse built?", [passage(LAMP, start=len(FILLER), index=4)])[0]
    assert "1871" in article[spans[0].start : spans[0].end]
    assert {span.passage_id for span in spans} == {"art:4"}
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)


def test_a_passage_about_something_else_scores_lower(reader: Reader) -> None:
    right, wrong = reader.read("When was the lighthouse built?", [passage(LAMP), passage(FILLER)], 1)
    assert right[0].score > 0 > wrong[0].score


def test_scores_do_not_depend_on_what_is_read_beside(reader: Reader) -> None:
    question = "Who built the lighthouse?"
    alone = reader.read(question, [passage(LAMP)])
    assert reader.read(question, [passage(FILLER * 3), passage(LAMP), passage(FILLER)])[1] == alone[0]
    assert reader.read(question, [passage(LAMP)]) == alone


def test_no_passages_no_spans(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


@pytest.mark.parametrize("text", ["", " \n\n ", "... — !"])
def test_a_passage_without_words_has_no_span(reader: Reader, text: str) -> None:
    assert reader.read("Who?", [passage(text)]) == [[]]


@pytest.mark.parametrize("copies", [0, 12, 60])
def test_a_long_passage_is_read_to_its_end(reader: Reader, copies: int) -> None:
    text = FILLER * copies + LAMP
    assert "1871" in best(reader, "When was the lighthouse built?", text)
    assert "1871" in best(reader, "When was the lighthouse built?", LAMP + " " + FILLER * copies)


def test_a_long_question_leaves_room_for_the_passage(reader: Reader) -> None:
    question = "When was the lighthouse at Skerry Point built? " + "please " * 2000
    assert "1871" in best(reader, question, LAMP)


def test_spans_of_a_passage_differ(reader: Reader) -> None:
    spans = reader.read("Who built the lighthouse?", [passage(LAMP)], 5)[0]
    assert 1 < len(spans) <= 5
    assert len({(span.start, span.end) for span in spans}) == len(spans)


def test_words_that_mean_something_to_the_model_are_text(reader: Reader) -> None:
    text = "The club is called [SEP]."
    spans = reader.read("What is the club called? [SEP] [PAD]", [passage(text)], 10)[0]
    # As the model's own token the brackets could not come off.
    assert "SEP" in {text[span.start : span.end] for span in spans}


def test_half_a_character_does_no_harm(reader: Reader) -> None:
    assert "1871" in best(reader, "When was the lighthouse \ud800 built?", "\udfff " + LAMP)


@pytest.mark.parametrize(
    "text", ["Le café s’appelle e\u0301clair et l'île brûle.", "東京の人口は1400万人です。", "😀 Zoë paid £4.2m 😀"]
)
def test_other_scripts_keep_their_offsets(reader: Reader, text: str) -> None:
    for span in reader.read("What is it called?", [passage(text, start=100)])[0]:
        words = text[span.start - 100 : span.end - 100]
        assert words
        assert words == words.strip()


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet=st.sampled_from('ab 1,.£"(“”)\u0301\nÉ東-'), max_size=60))
def test_spans_lie_inside_and_on_word_edges(text: str) -> None:
    for span in _reader().read("what is a?", [passage(text, start=7)])[0]:
        start, end = span.start - 7, span.end - 7
        assert 0 <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert not (start and text[start - 1 : start + 1].isascii() and text[start - 1 : start + 1].isalpha())
        assert not (text[end - 1 : end + 1].isascii() and text[end - 1 : end + 1].isalpha() and end < len(text))


_LOADED: list[Reader] = []


def _reader() -> Reader:
    """One reader for all of hypothesis's examples, which cannot use a module's fixture."""
    if not _LOADED:
        _LOADED.append(Reader.load("fast"))
    return _LOADED[0]


@pytest.mark.parametrize(
    ("text", "part", "trimmed"),
    [
        ("cost £4.2m, he said", "£4.2m, ", "£4.2m"),
        ("in the U.S. today", "the U.S.", "the U.S."),
        ("It was here.", "here.", "here"),
        ("paid 25,000", " 25,000", "25,000"),
        ('He said "never again" twice', '"never again"', '"never again"'),
        ('He said "never again" twice', '"never again', "never again"),
        ("the “old guard” left", "“old guard", "old guard"),
        ("the “old guard” left", "the “old guard”", "the “old guard”"),
        ("Acme (a firm) won", "Acme (a firm)", "Acme (a firm)"),
        ("Acme (a firm) won", "(a firm", "a firm"),
        ("Acme (a firm) won", "firm)", "firm"),
        ("fell to -5 degrees", "-5 degrees", "-5 degrees"),
        ("from 20-25", "-25", "25"),
        ("in the '90s", "'90s", "'90s"),
        ("the players' wages", "players'", "players"),
        ("yes — no", "— no", "no"),
    ],
)
def test_trim(text: str, part: str, trimmed: str) -> None:
    start = text.index(part)
    found = trim_span(text, start, start + len(part))
    assert found is not None
    assert text[found[0] : found[1]] == trimmed


def test_trim_leaves_nothing_of_punctuation() -> None:
    assert trim_span("a — (“, ”) b", 2, 10) is None


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("about 25,000 men", "25", "25,000"),
        ("about 25,000 men", "000", "25,000"),
        ("cost £4.2m then", "4.2", "£4.2m"),
        ("cost US$25,000.", "25,000", "US$25,000"),
        ("by 40% more", "40", "40%"),
        ("the U.S. army", "U.S", "U.S."),
        ("at 9:30 p.m. sharp", "9", "9:30"),
        ("in 2012. Then", "2012", "2012"),
        ("cafe\u0301 au lait", "cafe", "cafe\u0301"),
    ],
)
def test_numbers_and_abbreviations_stay_whole(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    low, high = whole_units(text, start, start + len(part))
    assert text[low:high] == whole


@pytest.mark.parametrize(("name", "most"), [("careful", 95_000_000), ("fast", 40_000_000)])
def test_the_shipped_files_are_small_enough_to_ship(name: str, most: int) -> None:
    assert max(path.stat().st_size for path in reader_folder(name).iterdir()) < most


@pytest.mark.parametrize("file", ["config.json", "model.onnx", "embeddings.npz", "tokenizer.json"])
def test_a_missing_file_is_told(tmp_path: Path, file: str) -> None:
    folder = shutil.copytree(reader_folder("careful"), tmp_path / "model")
    (folder / file).unlink()
    with pytest.raises(ModelError, match=rf"{file}.*; install dateline again"):
        Reader.load(folder)


@pytest.mark.parametrize("file", ["model.onnx", "embeddings.npz", "tokenizer.json"])
def test_a_damaged_file_is_told(tmp_path: Path, file: str) -> None:
    folder = shutil.copytree(reader_folder("careful"), tmp_path / "model")
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{file} is damaged.*; install dateline again"):
        Reader.load(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"sha256": {}, "max_length": 256, "stride": 64})])
def test_a_config_of_something_else_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="is not a reader's config"):
        Reader.load(tmp_path)
