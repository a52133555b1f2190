"""What `check` finds and `rebuild` mends, on archives that are damaged one way at a time."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest.archive import Archive
from ingest.archive.check import check
from ingest.archive.chroma import VectorIndex
from ingest.archive.probe import probe_vectors
from ingest.article import Article, article_id
from ingest.errors import ArchiveBusy, ArchiveError
from ingest.pipeline import add_articles

TITLES = ("Bridge", "Mill", "Comet")
ARTICLES = [
    Article(
        article_id(title), title, " ".join(f"The {title} was named {n} times in Torvald." for n in range(30)), title
    )
    for title in TITLES
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "archive"
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, ARTICLES)
        assert archive.passage_count() > 2 * len(ARTICLES)
    return folder


@pytest.fixture
def folder(made: Path, archive_dir: Path) -> Path:
    shutil.copytree(made, archive_dir)
    return archive_dir


def on_record(statements: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "record.sqlite3")) as record:
            record.executescript(statements)

    return damage


def on_vectors(change: Callable[[VectorIndex], None]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        index = VectorIndex(folder / "chroma")
        change(index)
        index.close()

    return damage


def unit(first: int) -> np.ndarray:
    vector = np.zeros((1, 384), np.float32)
    vector[0, first] = 1
    return vector


FIRST = f"{ARTICLES[0].id}:0"


def garble_chroma(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"no database at all" * 500)


def drop_chroma(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


def one_less_and_one_more(index: VectorIndex) -> None:
    index.delete([FIRST])
    index.upsert(["feedfeedfeedfeed:3"], unit(0))
    index.upsert([f"{ARTICLES[1].id}:0"], 0.5 * unit(0))


# Each store in several ways: what breaks it, and what must be said.
DAMAGES: dict[str, tuple[list[Callable[[Path], None]], list[str]]] = {
    "words": (
        [on_record("UPDATE passages SET text = 'other words' WHERE number = 1"), on_vectors(one_less_and_one_more)],
        [
            *("the keyword index does not agree", "1 article whose passages are other words"),
            *(f"1 passage without a vector, such as {FIRST}", "1 vector of no passage, such as feedfeedfeedfeed:3"),
            *("1 of ", "vectors are damaged"),
        ],
    ),
    "offsets and triggers": (
        [on_record("UPDATE passages SET start = 1 WHERE number = 1; DROP TRIGGER passage_gone"), drop_chroma],
        ["1 article whose passages are other words", "no trigger passage_gone", "cannot be used: it is not there"],
    ),
    "no passages": (
        [on_record(f"DELETE FROM passages WHERE article_id = '{ARTICLES[0].id}'")],
        ["1 article without passages", "vectors of no passage"],
    ),
    "no keyword index": (
        [on_record("DROP TABLE keywords"), garble_chroma],
        ["no such table: keywords", "cannot be used"],
    ),
    "half a keyword index": ([on_record("DROP TABLE keywords_data")], ["vtable constructor failed: keywords"]),
    "a garbled keyword index": ([on_record("UPDATE keywords_data SET block = x'00ff00ff'")], ["malformed"]),
    "an emptied keyword index": ([on_record("INSERT INTO keywords (keywords) VALUES ('delete-all')")], ["malformed"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_found_and_rebuilt(folder: Path, damage: str) -> None:
    damages, says = DAMAGES[damage]
    for break_it in damages:
        break_it(folder)
    with Archive.open(folder) as archive:
        findings = check(archive)
        told = "\n".join(finding.problem for finding in findings)
        assert [part for part in says if part not in told] == []
        assert {finding.remedy for finding in findings} == {"dateline rebuild"}
        archive.rebuild()
        assert sorted(archive.articles(), key=lambda a: a.id) == sorted(ARTICLES, key=lambda a: a.id)
        assert check(archive, sample=4) == []
        assert archive.keyword(["comet"], 1)[0][0].article_id == article_id("Comet")
        assert archive.dense(archive.encoder.encode(["the comet"])[0], 1)[0][0].article_id == article_id("Comet")


@pytest.mark.slow
def test_a_sound_archive_is_found_sound(folder: Path) -> None:
    with Archive.open(folder) as archive:
        assert check(archive, sample=100) == []
    with Archive.open(folder.parent / "empty", create=True) as archive:
        assert check(archive, sample=3) == []


@pytest.mark.slow
def test_vectors_of_other_words_are_found_by_embedding_again(folder: Path) -> None:
    on_vectors(lambda index: index.upsert([FIRST], unit(3)))(folder)
    with Archive.open(folder) as archive:
        assert check(archive) == []
        (finding,) = check(archive, sample=100)
        count = archive.passage_count()
    assert finding.problem == f"of {count} passages embedded again, 1 have another vector, such as {FIRST}"


@pytest.mark.slow
def test_what_waits_is_finished_by_the_next_ingestion(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.put(Article(article_id("new"), "Ferry", "The ferry ran aground.", "new"))
        (finding,) = check(archive)
        assert (finding.problem, finding.remedy) == (
            f"1 article waiting for vectors, such as {article_id('new')}",
            "dateline ingest",
        )
        add_articles(archive, [])
        assert check(archive) == []


def test_a_damaged_record_is_named(folder: Path) -> None:
    size = (folder / "record.sqlite3").stat().st_size
    with (folder / "record.sqlite3").open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 4096 * 3)
    with Archive.open(folder) as archive:
        findings = check(archive)
        assert [finding.remedy for finding in findings] == ["dateline restore"]
        assert findings[0].problem.startswith("the record is damaged: ")


@pytest.mark.parametrize("damage", [drop_chroma, garble_chroma])
def test_asking_a_damaged_index_names_what_mends_it(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    with Archive.open(folder) as archive:
        with pytest.raises(ArchiveError, match="dateline rebuild") as raised:
            archive.dense(unit(0)[0], 3)
        assert "\n" not in str(raised.value)
        archive.rebuild()
        assert archive.dense(archive.encoder.encode(["the comet"])[0], 1)[0][0].article_id == article_id("Comet")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "length.bin"])
def test_an_index_that_ends_the_process_that_reads_it(tmp_path: Path, name: str) -> None:
    """Garbled, some files of the graph end the process by a signal, others give rows of any length."""
    rows = 1500  # Chroma writes the graph's files at 1,000
    vectors = np.random.default_rng(0).normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(tmp_path / "chroma")
    for first in range(0, rows, 100):
        index.upsert([f"a:{n}" for n in range(first, first + 100)], vectors[first : first + 100])
    index.close()
    sound = probe_vectors(tmp_path / "chroma", ["a:7"])
    assert not isinstance(sound, str)
    assert (sound.ids, sound.odd, sound.lost) == (frozenset(f"a:{n}" for n in range(rows)), 0, 0)
    assert sound.vectors["a:7"] == pytest.approx(vectors[7].tolist(), abs=1e-6)
    (file,) = (tmp_path / "chroma").rglob(name)
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[: size // 4] + np.random.default_rng(1).bytes(size - size // 4))
    found = probe_vectors(tmp_path / "chroma", [])
    assert isinstance(found, str) or found.odd > 0


@pytest.mark.slow
def test_passages_of_no_article_and_of_a_changed_one_are_made_again(folder: Path) -> None:
    on_record(f"DELETE FROM articles WHERE id = '{ARTICLES[0].id}'; UPDATE articles SET text = 'It was seen.'")(folder)
    with Archive.open(folder) as archive:
        # Nobody noted the change, so it may be damage: only what is certain to be right is made again unasked.
        assert [finding.problem.partition(",")[0] for finding in check(archive)] == ["2 articles whose text is damaged"]
        archive.rebuild()
        assert check(archive) == []
        assert sorted(p.text for p, _ in archive.keyword(["seen", "named"], 9)) == ["It was seen.", "It was seen."]


def test_nobody_checks_or_rebuilds_while_another_writes(folder: Path) -> None:
    with Archive.open(folder) as archive, Archive.open(folder) as other, other.writing():
        with pytest.raises(ArchiveBusy):
            check(archive)
        with pytest.raises(ArchiveBusy):
            archive.rebuild()
        assert archive.dense(archive.encoder.encode(["the comet"])[0], 1)


SECRET = b"named 7 times"


def damage_bytes(folder: Path, table: str, to: bytes) -> None:
    """Change bytes of a stored text on the disk, as a disk does: no index hears of it."""
    with closing(sqlite3.connect(folder / "record.sqlite3")) as record:
        record.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        triggers = record.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            record.execute(f"DROP TRIGGER {name}")
        record.execute(
            f"UPDATE {table} SET text = CAST(replace(CAST(text AS BLOB), ?, ?) AS TEXT) WHERE title = 'Mill'",
            (SECRET, to),
        )
        for _, statement in triggers:
            record.execute(statement)
        record.commit()


@pytest.mark.parametrize("to", [b"named \xff times", b"named 8 times"], ids=["no text", "other words"])
def test_a_damaged_byte_of_an_article_is_told_without_its_words(folder: Path, to: bytes) -> None:
    damage_bytes(folder, "articles", to)
    with Archive.open(folder) as archive:
        (finding,) = check(archive)
        assert finding.problem == f"1 article whose text is damaged, such as {article_id('Mill')}"
        assert finding.remedy == "dateline restore"
        if to == b"named \xff times":
            for use in (lambda: list(archive.articles()), lambda: archive.article(article_id("Mill")), archive.rebuild):
                with pytest.raises(ArchiveError, match="dateline check names the article, dateline restore") as raised:
                    use()
                assert "Torvald" not in str(raised.value)


def test_a_damaged_byte_of_a_passage_is_made_again(folder: Path) -> None:
    damage_bytes(folder, "passages", b"named \xff times")
    with Archive.open(folder) as archive:
        assert {finding.remedy for finding in check(archive)} == {"dateline rebuild"}
        archive.rebuild()
        assert check(archive) == []
        assert "named 7 times" in "".join(passage.text for passage in archive.passages(archive.passage_ids()))


def _others(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "record.sqlite3")) as other:
        other.executescript("CREATE TABLE notes (words TEXT); INSERT INTO notes VALUES ('my diary')")


def _of_another_kind(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "record.sqlite3")) as other:
        other.executescript("CREATE TABLE articles (id); CREATE TABLE meta (key TEXT, value TEXT)")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: (folder / "record.sqlite3").touch(), "is empty: name another folder"),
        (lambda folder: (folder / "record.sqlite3").write_text("my diary\n" * 1000), "is no SQLite file"),
        (lambda folder: (folder / "record.sqlite3").write_bytes(b"\0" * 8192), "is empty: name|is no SQLite file"),
        (_others, "is another program's data: name another folder"),
        (_of_another_kind, "no format that dateline knows .*: name another"),
    ],
    ids=["empty", "text", "zeros", "another's", "another's of the same names"],
)
def test_a_record_file_that_is_none_is_told_and_left_alone(
    archive_dir: Path, make: Callable[[Path], object], says: str
) -> None:
    archive_dir.mkdir()
    make(archive_dir)
    before = {path.name: path.read_bytes() for path in archive_dir.iterdir()}
    for create in (False, True):
        with pytest.raises(ArchiveError, match=says) as raised:
            Archive.open(archive_dir, create=create)
        assert "diary" not in str(raised.value)
    assert {path.name: path.read_bytes() for path in archive_dir.iterdir()} == before
