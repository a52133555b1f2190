import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.archive import Archive
from ingest.archive.sqlite import FeedState
from ingest.article import Article, Failure, article_id
from ingest.encoder.encoder import DEFAULT_ENCODER, FLOAT_ENCODER
from ingest.encoder.export import default_weights
from ingest.errors import ArchiveBusy, ArchiveError, EncoderMismatch, InputError
from ingest.pipeline import add_articles

TEXT = "The harbour bridge reopened on Saturday. It had been shut for a year.\n\nThe repair cost 41 million crowns."


def article(name: str, text: str = TEXT, title: str = "Bridge reopens", published: str | None = None) -> Article:
    return Article(article_id(name), title, text, f"{name}.txt", None, published)


def long_text(words: str, sentences: int) -> str:
    return " ".join(f"Report {n} about {words} was read to the council." for n in range(sentences))


class CountingEncoder:
    """The archive's own encoder, counting what it is asked to encode."""

    def __init__(self, archive: Archive) -> None:
        self._encoder = archive.encoder
        self.name, self.fingerprint = self._encoder.name, self._encoder.fingerprint
        self.dimension = self._encoder.dimension
        self.texts = 0

    def encode(self, texts: list[str]) -> np.ndarray:
        self.texts += len(texts)
        return self._encoder.encode(texts)


def count_encoding(archive: Archive) -> CountingEncoder:
    counting = CountingEncoder(archive)
    archive._encoder = counting
    return counting


def agrees(archive: Archive) -> bool:
    """Whether record, keyword index and vector index hold the same passages, and nothing waits."""
    with closing(sqlite3.connect(archive.folder / "record.sqlite3")) as record:
        # With rank 1 FTS5 compares the index with the passages, word by word, and raises where they differ.
        record.execute("INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)")
        record.rollback()
    return archive.pending_count() == 0 and archive.vector_ids() == archive.passage_ids()


def test_agreement_is_not_taken_on_trust(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        assert agrees(archive)
    with closing(sqlite3.connect(archive_dir / "record.sqlite3")) as record:
        record.execute("UPDATE passages SET text = 'other words'")
        record.commit()
    with Archive.open(archive_dir) as archive, pytest.raises(sqlite3.DatabaseError, match="malformed"):
        agrees(archive)


def found(archive: Archive, question: str) -> list[str]:
    return [passage.text for passage, _ in archive.dense(archive.encoder.encode([question])[0], 10)]


def test_what_goes_in_comes_out(archive_dir: Path) -> None:
    stored = Article(article_id("x"), "Títle", TEXT, "a/b.txt", "https://example.org/x", "2024-02-29", "Gazette")
    with Archive.open(archive_dir, create=True) as archive:
        report = add_articles(archive, [stored, Failure("b.pdf", "no text")])
        assert (report.added, report.changed, report.unchanged) == (1, 0, 0)
        assert report.failed == (Failure("b.pdf", "no text"),)
        assert agrees(archive)
    with Archive.open(archive_dir) as archive:
        assert archive.article(stored.id) == stored
        assert list(archive.articles()) == [stored]
        assert archive.article("nothing") is None
        passage, cosine = archive.dense(archive.encoder.encode(["What did mending the bridge cost?"])[0], 5)[0]
        assert stored.text[passage.start : passage.end] == passage.text
        assert 0.3 < cosine <= 1
        passage, score = archive.keyword(["repairs"], 5)[0]  # stemmed
        assert "repair" in passage.text
        assert score > 0


def test_unchanged_articles_cost_no_embedding_and_changed_ones_replace_their_passages(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        counting = count_encoding(archive)
        add_articles(archive, [article("a", long_text("wheat", 60)), article("b")])
        before = counting.texts
        assert before > 2
        report = add_articles(archive, [article("a", long_text("wheat", 60)), article("b")])
        assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
        assert counting.texts == before
        report = add_articles(archive, [article("a", "The wheat is gone. Only barley is left.")])
        assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
        assert counting.texts == before + 1
        assert agrees(archive)
        assert not any("Report" in text for text in found(archive, "reports about wheat"))
        assert archive.keyword(["council"], 10) == []
        assert [passage.text for passage, _ in archive.keyword(["barley"], 10)] == [
            "The wheat is gone. Only barley is left."
        ]


def test_a_new_date_is_a_change(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        assert add_articles(archive, [article("a", published="2024-05-01")]).changed == 1
        stored = archive.article(article_id("a"))
        assert stored is not None
        assert stored.published == "2024-05-01"


def test_remove_leaves_nothing_behind(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a", long_text("zebra", 60)), article("b")])
        assert archive.remove([article_id("a")]) == 1
        assert len(archive) == 1
        assert agrees(archive)
        assert not any(passage_id.startswith(article_id("a")) for passage_id in archive.vector_ids())
        assert archive.keyword(["zebra"], 10) == []
        assert not any("zebra" in text for text in found(archive, "zebra"))
    files = [path for path in archive_dir.rglob("*") if path.is_file()]
    assert archive_dir / "record.sqlite3" in files
    assert not [path for path in files if b"zebra" in path.read_bytes().lower()]


def test_an_unknown_id_removes_nothing(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        with pytest.raises(InputError, match="no article with the id 'nope': dateline articles lists them"):
            archive.remove([article_id("a"), "nope"])
        assert len(archive) == 1
        assert agrees(archive)


def test_articles_come_newest_first_and_undated_last(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        dates = {"a": "2023-01-05", "b": None, "c": "2024-01-01"}
        add_articles(archive, [article(name, published=date) for name, date in dates.items()])
        assert [a.published for a in archive.articles()] == ["2024-01-01", "2023-01-05", None]


@pytest.mark.parametrize("terms", [[], [""], ['"'], ["AND"], ["NEAR("], ["*"], ["col:x"], ["'; DROP TABLE articles"]])
def test_hostile_search_terms_are_words(archive_dir: Path, terms: list[str]) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        assert archive.keyword(terms, 5) == []
        assert len(archive) == 1


def test_more_rows_than_chroma_takes_at_once(archive_dir: Path) -> None:
    from ingest.archive.chroma import VectorIndex

    rows = 12_000
    vectors = np.random.default_rng(0).normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(archive_dir)
    index.upsert([f"a:{n}" for n in range(rows)], vectors)
    assert len(index) == rows
    assert index.ids() == {f"a:{n}" for n in range(rows)}
    assert index.search(vectors[11_999], 1)[0][0] == "a:11999"
    index.delete([f"a:{n}" for n in range(rows)])
    assert index.ids() == set()
    index.close()


def test_a_missing_archive_says_how_to_make_one(archive_dir: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no archive in .*: make one with dateline ingest PATH"):
        Archive.open(archive_dir)
    assert not archive_dir.exists()


def test_a_file_in_the_archives_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match="is a file: name a folder"):
        Archive.open(tmp_path / "file", create=True)
    with pytest.raises(ArchiveError, match="cannot be used"):
        Archive.open(tmp_path / "file" / "below", create=True)


def test_a_damaged_record_is_one_line(archive_dir: Path) -> None:
    Archive.open(archive_dir, create=True).close()
    (archive_dir / "record.sqlite3").write_bytes(b"this is no database, and never was one" * 100)
    with pytest.raises(ArchiveError, match=r"is no SQLite file, .* dateline restore brings a backup back"):
        Archive.open(archive_dir)


def test_a_path_that_no_system_takes(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be used: File name too long"):
        Archive.open(tmp_path / ("x" * 300), create=True)


def test_a_lost_vector_index_is_made_again(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a", long_text("wheat", 60)), article("b")])
    shutil.rmtree(archive_dir / "chroma")
    with Archive.open(archive_dir) as archive:
        with pytest.raises(ArchiveError, match="lacks rows: dateline rebuild makes it again"):
            found(archive, "wheat")
        assert add_articles(archive, [article("b")]).unchanged == 1
        assert agrees(archive)
        assert any("wheat" in text for text in found(archive, "wheat"))


def test_a_damaged_vector_index_is_one_line(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
    (archive_dir / "chroma" / "chroma.sqlite3").write_bytes(b"no database at all" * 500)
    with (
        Archive.open(archive_dir) as archive,
        pytest.raises(ArchiveError, match=r"cannot be used .*: when .* dateline rebuild makes it again"),
    ):
        found(archive, "bridge")


def test_an_encoder_of_another_name_is_refused_without_looking_for_it(archive_dir: Path) -> None:
    Archive.open(archive_dir, create=True).close()
    with pytest.raises(EncoderMismatch, match="was built with the encoder all-MiniLM-L6-v2-int8, not some/other-model"):
        Archive.open(archive_dir, encoder="some/other-model")


def test_an_archive_of_the_float_encoder_is_added_to_and_asked_as_before(archive_dir: Path) -> None:
    """What every archive has that was made before there was an encoder in 8 bits."""
    with Archive.open(archive_dir, create=True, encoder=FLOAT_ENCODER) as archive:
        add_articles(archive, [article("a")])
    with Archive.open(archive_dir) as archive:
        add_articles(archive, [article("b", "The mill burnt down in the storm.")])
        assert archive.encoder.name == FLOAT_ENCODER
        assert found(archive, "the mill")[0] == "The mill burnt down in the storm."
        assert agrees(archive)
    with pytest.raises(EncoderMismatch, match="encoder all-MiniLM-L6-v2, not all-MiniLM-L6-v2-int8"):
        Archive.open(archive_dir, encoder=DEFAULT_ENCODER)


def test_what_changes_is_counted_and_what_does_not_is_not(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive, Archive.open(archive_dir) as other:
        counts = [other.changes()]
        for does in (
            lambda: archive.put(article("a")),
            archive.index_pending,
            lambda: archive.put(article("a", published="2024-05-01")),
            lambda: archive.remove([article_id("a")]),
        ):
            does()
            counts.append(other.changes())
        assert counts == sorted(set(counts))
        archive.put(article("b"))
        archive.index_pending()
        before = other.changes()
        archive.put(article("b"))
        archive.index_pending()
        archive.keep_feed_state("https://gazette.example/feed", FeedState(None, None, 1, 0, 0))
        assert other.changes() == before


def test_the_same_article_from_another_place_is_unchanged(archive_dir: Path) -> None:
    moved = Article(article_id("a"), "Bridge reopens", TEXT, "folder/a.txt")
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        assert add_articles(archive, [moved]).unchanged == 1
        assert archive.article(moved.id) == moved


@pytest.mark.slow
def test_another_encoder_is_refused(archive_dir: Path, tmp_path: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(default_weights()), device="cpu")
    with torch.no_grad():
        next(model.parameters()).add_(0.5)
    model.save(str(tmp_path / "other"))
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
    with pytest.raises(EncoderMismatch, match=r"was built with the encoder all-MiniLM-L6-v2-int8, not .*other: leave"):
        Archive.open(archive_dir, encoder=str(tmp_path / "other"))
    with Archive.open(tmp_path / "second", create=True, encoder=str(tmp_path / "other")) as archive:
        add_articles(archive, [article("a")])
    with Archive.open(tmp_path / "second") as archive:  # it remembers
        assert archive.encoder.name == str((tmp_path / "other").resolve())
        assert found(archive, "the bridge") == [TEXT]


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


OTHER_WRITER = """
import sys
from pathlib import Path
from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
with Archive.open(Path(sys.argv[1])) as archive:
    add_articles(archive, [Article(article_id("new"), "Comet", "A comet passed the moon on Friday night.", "new.txt")])
    archive.remove([article_id("old")])
"""


@pytest.mark.slow
def test_a_reader_sees_what_another_process_wrote(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("old", "The old mill burnt down in the storm."), article("kept")])
        assert any("old mill" in text for text in found(archive, "the mill"))
        other = run_python(OTHER_WRITER, str(archive_dir))
        other.communicate(timeout=120)
        assert other.returncode == 0
        assert any("comet" in text for text in found(archive, "the comet"))
        assert not any("old mill" in text for text in found(archive, "the mill"))
        add_articles(archive, [article("third", "A third mill is planned at the lake.")])  # and writes on top of it
        assert agrees(archive)
        assert len(archive) == 3


HOLD_THE_LOCK = """
import sys
from pathlib import Path
from ingest.archive import Archive
with Archive.open(Path(sys.argv[1])) as archive, archive.writing():
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_second_writer_gets_a_clear_message_and_readers_go_on(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        other = run_python(HOLD_THE_LOCK, str(archive_dir))
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(ArchiveBusy, match="someone else is writing to the archive"):
            add_articles(archive, [article("b")])
        assert found(archive, "bridge") == [TEXT]
        other.communicate("\n", timeout=60)
        assert add_articles(archive, [article("b")]).added == 1


# An ingestion that kills itself, as kill -9 does, at the n-th call of one of the steps between the two stores.
KILLED = """
import json, os, signal, sys
from pathlib import Path
from ingest.archive import archive as module
from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from ingest.archive.chroma import VectorIndex
folder, step, nth, articles = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), json.loads(sys.stdin.read())
owner = {"put": Archive, "remove": Archive, "upsert": VectorIndex, "delete": VectorIndex}[step]
whole, calls = getattr(owner, step), 0
def killed(*arguments):
    global calls
    calls += 1
    result = whole(*arguments)
    if calls == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, step, killed)
module._PASSAGES_A_WRITE = 8
with Archive.open(folder) as opened:
    add_articles(opened, [Article(**a) for a in articles])
    opened.remove([articles[0]["id"]])
"""


@pytest.mark.slow
@pytest.mark.parametrize(("step", "nth"), [("put", 3), ("upsert", 1), ("upsert", 3), ("delete", 2), ("delete", 3)])
def test_after_a_kill_the_next_run_completes(archive_dir: Path, step: str, nth: int) -> None:
    old = [article(f"n{n}", long_text(f"old topic {n}", 30)) for n in range(6)]
    new = [article(f"n{n}", long_text(f"new topic {n}", 12)) for n in range(9)]
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, old)
    fields = ["id", "title", "text", "source"]
    records = json.dumps([{field: getattr(a, field) for field in fields} for a in new])
    process = run_python(KILLED, str(archive_dir), step, str(nth))
    process.communicate(records, timeout=120)
    assert process.returncode == -signal.SIGKILL
    with Archive.open(archive_dir) as archive:
        for passage, _ in archive.dense(archive.encoder.encode(["topic"])[0], 50):  # never a stale one
            stored = archive.article(passage.article_id)
            assert stored is not None
            assert stored.text[passage.start : passage.end] == passage.text
        report = add_articles(archive, new)
        assert report.added + report.changed + report.unchanged == 9
        assert agrees(archive)
        assert {a.id: a.text for a in archive.articles()} == {a.id: a.text for a in new}


def test_threads_ask_while_one_writes(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a")])
        vector = archive.encoder.encode(["bridge"])[0]
        errors: list[Exception] = []

        def ask() -> None:
            try:
                for _ in range(30):
                    assert archive.dense(vector, 5)
                    assert archive.keyword(["bridge"], 5)
            except Exception as error:  # shown by the assertion below
                errors.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for n in range(5):
            add_articles(archive, [article(f"b{n}", f"The bridge number {n} stands in the north.")])
        for thread in threads:
            thread.join()
        assert errors == []
        assert agrees(archive)


def test_a_removal_cut_short_is_never_seen_and_is_finished(archive_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article("a"), article("b", "The mill burnt down.", "Fire")])
        with monkeypatch.context() as patched:
            patched.setattr(archive, "_finish_removals", lambda: None)
            archive.remove([article_id("a")])
        assert archive.article(article_id("a")) is None
        assert len(archive) == 1
        assert found(archive, "bridge") == ["The mill burnt down."]
        assert archive.keyword(["bridge"], 5) == []
        assert add_articles(archive, [article("a")]).added == 1
        assert len(archive) == 2
        assert agrees(archive)


def test_every_fact_comes_back(archive_dir: Path) -> None:
    stored = Article(
        *(article_id("x"), "Títle", TEXT, "a/b.txt", "https://example.org/x", "2024-02-29", "Gazette"),
        *("2024-03-01", "Ada Torvald", "Politics", "pt-BR", "/news/a\udcff/b.txt"),  # a name that is no UTF-8
    )
    with Archive.open(archive_dir, create=True) as archive:
        assert archive.put(stored) == "added"
        assert archive.article(stored.id) == stored
        assert archive.put(stored) == "unchanged"


def test_articles_by_the_folder_of_their_files(archive_dir: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    places = {
        "a": news / "a.txt",
        "b": news / "deep" / "b.txt",
        "bytes": news / "\udcff.txt",
        "beside": tmp_path / "news2" / "c.txt",
        "file": news,
        "web": None,
    }
    with Archive.open(archive_dir, create=True) as archive:
        for name, place in places.items():
            archive.put(replace(article(name), place=None if place is None else str(place)))
        under = [(article_id(name), str(places[name])) for name in ("a", "b", "bytes")]
        assert archive.placed_under(news) == under
        assert archive.placed_under(tmp_path / "x" / ".." / "news") == under
        assert len(archive.placed_under(Path("/"))) == 5
        assert archive.placed_under(tmp_path / "new") == []
        archive.remove([article_id("a")])
        assert archive.placed_under(news) == under[1:]


def test_what_is_known_of_feeds(archive_dir: Path) -> None:
    state = FeedState('W/"1"', "Sat, 21 Nov 2026 10:00:00 GMT", 1_795_000_000, 2, 900, "0123456789abcdef")
    with Archive.open(archive_dir, create=True) as archive:
        assert archive.feed_state("https://a.example/feed") is None
        archive.keep_feed_state("https://a.example/feed", state)
        archive.keep_feed_state("https://b.example/feed", FeedState(None, None, 0, 0, 0))
        archive.keep_feed_state("https://a.example/feed", replace(state, failures=0))
    with Archive.open(archive_dir) as archive:
        assert archive.feed_state("https://a.example/feed") == replace(state, failures=0)
        assert archive.feed_state("https://b.example/feed") == FeedState(None, None, 0, 0, 0)


def test_an_address_that_an_older_version_told_apart_by_its_spelling(archive_dir: Path) -> None:
    """Older ids are made of the address as it was written; the present one of what its spellings share."""

    def at(url: str, identity: str) -> Article:
        return Article(article_id(identity), "Ferry", f"The ferry came in, said {url}.", "a.html", url)

    old = at("http://d.example/a/", "http://d.example/a/")
    beside = at("https://d.example/a", "https://d.example/a#another of this address")
    other = at("https://d.example/b", "https://d.example/b")
    new = at("https://d.example/a", "https://d.example/a")
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [old, other])
        report = add_articles(archive, [beside, new])
        assert (report.added, report.changed) == (1, 1)
        assert {found.id for found in archive.articles()} == {beside.id, other.id, new.id}
        assert add_articles(archive, [new]).unchanged == 1
        assert agrees(archive)
