"""LlamaIndex's default path on articles written here, and a short race on the real files."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from eval.data.paragraphs import paragraph_article
from eval.memory import peak_megabytes
from eval.suite import Options
from eval.suites.ingest import ingest
from eval.systems import LlamaIndexArchive

MILL = paragraph_article("Harlow Mill", "The mill at Harlow was built by Osric in 1512. It has nine sails.")
LONG = paragraph_article("Penrith", "\n\n".join(f"Paragraph {n} says that street {n} was paved." for n in range(300)))


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaIndexArchive]:
    archive = LlamaIndexArchive(tmp_path_factory.mktemp("llamaindex"))
    archive.add([MILL])
    archive.add([LONG])
    yield archive
    archive.close()


@pytest.mark.slow
def test_what_is_added_later_is_found_beside_what_was_there(baseline: LlamaIndexArchive) -> None:
    assert baseline.retrieve("Who built the mill at Harlow?", 1)[0].article_id == MILL.id
    assert baseline.retrieve("Which street was paved?", 1)[0].article_id == LONG.id


@pytest.mark.slow
def test_a_chunk_knows_its_place_in_the_article(baseline: LlamaIndexArchive) -> None:
    found = baseline.retrieve("Which street was paved?", 100)
    texts = {MILL.id: MILL.text, LONG.id: LONG.text}
    own = [texts[chunk.article_id][chunk.start : chunk.end] for chunk in found]
    assert sorted(own) == sorted(baseline.chunks())
    assert [len(text.split()) for text in own] == [chunk.words for chunk in found]
    assert MILL.text in own


@pytest.mark.slow
def test_the_encoder_reads_256_pieces_of_a_chunk(baseline: LlamaIndexArchive) -> None:
    """Of a chunk of 1,024 tokens a quarter is read, of the last one, which is shorter, more; the mill's whole."""
    assert len(baseline.chunks()) >= 4
    assert 0.24 < baseline.read_share() < 0.4


@pytest.mark.slow
def test_a_short_race_on_the_real_files(shared: Path) -> None:
    result = ingest(Options(None, shared / "data", 2))
    figures = result.figures
    assert len(result.rows) == figures["n"] == 2
    assert len(figures["ratio"]["rounds"]) == figures["articles"] - 1 <= 5
    assert figures["ratio"]["least"] <= figures["ratio"]["median"] <= figures["ratio"]["most"]
    assert figures["processor_ratio"] > 0
    assert figures["memory_mb"] == {}
    for row in result.rows:
        for name in ("ours", "theirs"):
            holding = [
                rank
                for rank, (article, start, end) in enumerate(row.trace[name], 1)
                for place in row.gold["places"]
                if article == place["article_id"] and start <= place["start"] and place["end"] <= end
            ]
            assert row.trace["ranks"][name] == (min(holding) if holding else None)
            assert row.scores[f"{name}_recall@10"] == bool(holding)
            assert len(row.trace[name]) <= 10
        assert (row.stage is None) == bool(row.scores["ours_recall@10"])


@pytest.mark.slow
def test_memory_is_that_of_a_process_which_ingested() -> None:
    """More than the encoder's file alone, which it maps, and less than torch would take beside it."""
    held = np.ones(150_000_000)  # 1.2 GB in the process that starts it
    assert 60 < peak_megabytes(5) < 1000
    assert held[-1] == 1
