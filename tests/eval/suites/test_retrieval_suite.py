"""The retrieval suite: small archives written here with known ranks, and a short run on the real files."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.data.files import hash_of
from eval.data.paragraphs import paragraph_article, xquad_hashes, xquad_paragraphs
from eval.pool import fresh_archive
from eval.suite import Options
from eval.suites.retrieval import far_from, grow, read_order, retrieval
from ingest.article import Facts
from ingest.errors import InputError
from ingest.passages import Passage, split_passages
from qa.read.reader import Reader
from qa.retrieve.hybrid import Candidate
from qa.types import Span

TOWER = "The tower was built in 1512 by monks. Its bell was cast in 1512, too."


def squad(folder: Path, name: str, documents: Sequence[tuple[str, str, str, str, int]]) -> None:
    data = [
        {
            "title": title,
            "paragraphs": [
                {"context": text, "qas": [{"question": asked, "answers": [{"text": answer, "answer_start": start}]}]}
            ],
        }
        for title, text, asked, answer, start in documents
    ]
    (folder / name).write_text(json.dumps({"data": data}), encoding="utf-8")


def test_the_place_of_an_answer_is_its_own_offset_not_the_first_like_it(tmp_path: Path) -> None:
    second = TOWER.rindex("1512")
    squad(tmp_path, "xquad-en.json", [("Old_tower", TOWER, "When was the bell cast?", "1512", second)])
    squad(tmp_path, "squad2-half-dev.json", [])
    (article,), (sought,) = xquad_paragraphs(tmp_path)
    assert (article.title, article.text) == ("Old tower", TOWER)
    assert [(p.article_id, p.start, p.end) for p in sought.places] == [(article.id, second, second + 4)]
    first = Passage("p:0", article.id, 0, 0, 37, "", TOWER[:37])
    assert not sought.is_in(first)
    assert sought.is_in(Passage("p:1", article.id, 1, 38, len(TOWER), "", TOWER[38:]))


@pytest.mark.parametrize("text", ["{", '{"data": [{"title": "T"}]}', "[]"])
def test_a_file_of_another_format_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "xquad-en.json").write_text(text, encoding="utf-8")
    squad(tmp_path, "squad2-half-dev.json", [])
    with pytest.raises(InputError, match=r"xquad-en\.json is not in the format"):
        xquad_paragraphs(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    squad(tmp_path, "xquad-en.json", [])
    with pytest.raises(InputError, match=r"cannot read .*squad2-half-dev\.json; give the folder"):
        xquad_paragraphs(tmp_path)
    with pytest.raises(InputError, match=r"cannot read .*squad2-half-dev\.json; give the folder"):
        xquad_hashes(tmp_path)


def test_a_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")  # the digest is FIPS 180-2's example
    assert hash_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_distractor_that_copies_twelve_words_is_left_out() -> None:
    words = [f"word{n}" for n in range(30)]
    own = paragraph_article("Own", " ".join(words))
    eleven = paragraph_article("Eleven", "other " + " ".join(words[5:16]) + " other")
    twelve = paragraph_article("Twelve", "other " + ", ".join(words[5:17]).upper() + " other")
    assert list(far_from([own], iter([eleven, twelve]))) == [eleven]


def test_the_archive_grows_to_the_size_asked_for_or_as_far_as_there_is_more() -> None:
    one, two, three, four = (paragraph_article(f"Town {n}", f"Town {n} has {n} bridges.") for n in range(4))
    more = iter([two, three, four])
    with fresh_archive([one]) as archive:
        grow(archive, more, 3)
        assert archive.passage_count() == 3
        grow(archive, more, 3)
        assert archive.passage_count() == 3
        grow(archive, more, 100)
        assert archive.passage_count() == 4
        assert archive.passage_ids() == archive.vector_ids()


def test_the_reader_puts_the_passage_of_its_best_span_first() -> None:
    texts = ["The mill has nine sails.", "The abbot was called Osric.", "..."]
    passages = [Passage(f"{n}:0", str(n), 0, 0, len(text), "", text) for n, text in enumerate(texts)]
    candidates = [
        Candidate(passage, Facts(passage.article_id, ""), 0.5, 0.5, 1 - n / 10) for n, passage in enumerate(passages)
    ]
    readings = [[Span("0:0", 13, 17, -4.0)], [Span("1:0", 4, 9, -9.0), Span("1:0", 21, 26, 6.0)], []]
    assert read_order("fast", "Who was the abbot?", candidates, readings) == ["1:0", "0:0", "2:0"]


def test_a_passage_reads_the_same_whatever_is_read_beside_it() -> None:
    """The suite reads each passage once for all sizes of the archive."""
    reader = Reader.load("fast")
    tower, mill = (split_passages(paragraph_article("T", text))[0] for text in (TOWER, "The mill burned in 1700."))
    alone = reader.read("When was the tower built?", [tower])
    assert reader.read("When was the tower built?", [mill, tower, mill])[1] == alone[0]


@pytest.mark.slow
def test_a_short_run_on_the_real_files(shared: Path) -> None:
    result = retrieval(Options(None, shared / "data", 3))
    assert [row.part for row in result.rows] == ["1x"] * 3 + ["4x"] * 3 + ["16x"] * 3
    assert len({row.id for row in result.rows}) == 9
    sizes = result.figures["sizes"]
    base = sizes["1x"]["passages"]
    assert sizes["4x"]["passages"] >= 4 * base
    assert sizes["16x"]["passages"] >= 16 * base
    for row in result.rows:
        prefix = "" if row.part == "16x" else f"{row.part}_"
        for name in ("dense", "keyword", "fused", "read"):
            rank = row.trace["ranks"][name]
            measure = f"{prefix}rr" if name == "read" else f"{prefix}{name}_rr"
            assert row.scores[measure] == pytest.approx(1 / rank if rank else 0)
        fused = row.trace["ranks"]["fused"]
        assert (row.stage is None) == (fused is not None and fused <= len(row.trace["retrieved"]))
        assert sorted(row.trace["read_order"]) == sorted(item["passage"] for item in row.trace["retrieved"])
    largest = [row.scores["fused_rr"] for row in result.rows if row.part == "16x"]
    assert sizes["16x"]["fused"]["rr"]["value"] == pytest.approx(sum(largest) / 3, abs=1e-4)
