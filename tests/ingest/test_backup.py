"""Backups: whole, of one moment, verified, and never over an archive that has articles."""

import json
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.backup import backup, restore
from ingest.errors import ArchiveError, DatelineError, InputError
from ingest.pipeline import add_articles
from ingest.upkeep import check


def article(name: str, sentences: int = 20) -> Article:
    text = " ".join(f"The {name} of Torvald was seen {n} times." for n in range(sentences))
    return Article(article_id(name), name.title(), text, f"{name}.txt", None, "2024-02-29", "Brenn Gazette")


ARTICLES = [article(name) for name in ("bridge", "mill", "comet")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "archive"
    with Archive.open(folder, create=True) as archive:
        add_articles(archive, ARTICLES)
        backup(archive, folder.parent / "whole.zip")
    return folder


@pytest.fixture
def whole(made: Path) -> Path:
    return made.parent / "whole.zip"


def held(archive: Archive) -> set[Article]:
    return set(archive.articles())


def test_what_was_backed_up_comes_back_without_embedding(made: Path, whole: Path, archive_dir: Path) -> None:
    contents = restore(whole, archive_dir)
    with Archive.open(made) as old, Archive.open(archive_dir) as new:
        assert held(new) == held(old) == set(ARTICLES)
        assert (contents.articles, contents.passages) == (3, old.passage_count())
        assert contents.vectors == old.passage_count()
        assert new.pending_count() == 0
        vector = old.encoder.encode(["Was a comet seen?"])[0]
        for (passage, cosine), (theirs, other) in zip(new.dense(vector, 5), old.dense(vector, 5), strict=True):
            assert passage == theirs
            assert cosine == pytest.approx(other, abs=1e-6)
        assert new.keyword(["comet"], 5) == old.keyword(["comet"], 5)
        assert check(new, sample=10) == []
        assert add_articles(new, [article("ferry")]).added == 1
        assert check(new) == []


def test_a_folder_gets_a_file_with_the_day_and_nothing_is_overwritten(made: Path, tmp_path: Path) -> None:
    with Archive.open(made) as archive:
        contents = backup(archive, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [contents.file.name]
        assert contents.file.name.startswith("dateline-20")
        before = contents.file.read_bytes()
        with pytest.raises(InputError, match="is there already"):
            backup(archive, contents.file)
        assert contents.file.read_bytes() == before
        with pytest.raises(InputError, match="cannot be written: No such file or directory"):
            backup(archive, tmp_path / "no" / "folder.zip")


def test_an_empty_archive_and_an_empty_folder_are_restored_into(whole: Path, tmp_path: Path) -> None:
    Archive.open(tmp_path / "archive", create=True).close()
    (tmp_path / "folder").mkdir()
    for name in ("archive", "folder", "new/deep"):
        restore(whole, tmp_path / name)
        with Archive.open(tmp_path / name) as archive:
            assert held(archive) == set(ARTICLES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "folder", "new"]  # nothing left beside


def test_what_is_there_is_not_overwritten(whole: Path, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive", create=True) as archive:
        archive.put(article("ferry"))
        with pytest.raises(ArchiveError, match="has 1 articles: restore into another"):
            restore(whole, tmp_path / "archive")
        assert held(archive) == {article("ferry")}
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(ArchiveError, match="has files that are no archive"):
        restore(whole, tmp_path / "photos")
    with pytest.raises(ArchiveError, match="is a file"):
        restore(whole, tmp_path / "photos" / "a.jpg")
    Archive.open(tmp_path / "empty", create=True).close()
    with (
        Archive.open(tmp_path / "empty") as archive,
        archive.writing(),
        pytest.raises(ArchiveError, match="is writing"),
    ):
        restore(whole, tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "empty", "photos"]


def rewritten(whole: Path, target: Path, **changed: bytes | None) -> Path:
    """The backup with some parts changed, or left out, and the manifest as it was unless it is changed."""
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = changed.get(name.replace(".", "_"), old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def manifest(whole: Path, **changed: object) -> bytes:
    with zipfile.ZipFile(whole) as packed:
        return json.dumps(json.loads(packed.read("manifest.json")) | changed).encode()


def test_what_is_no_whole_backup_makes_nothing(whole: Path, tmp_path: Path) -> None:
    data = whole.read_bytes()
    middle = bytearray(data)
    middle[len(data) // 3] ^= 1
    (tmp_path / "flipped").write_bytes(middle)
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    (tmp_path / "text").write_bytes(b"no zip")
    (tmp_path / "empty").touch()
    with zipfile.ZipFile(whole) as packed:
        record, numbers = packed.read("record.sqlite3"), packed.read("vectors.f32")
    cases = {
        tmp_path / "flipped": "is no whole backup|is damaged",
        tmp_path / "cut": "is no whole backup",
        tmp_path / "text": "is no whole backup",
        tmp_path / "empty": "is no whole backup",
        tmp_path / "missing": "no such file",
        tmp_path: "cannot be read: Is a directory",
        rewritten(whole, tmp_path / "a", record_sqlite3=record[:-1] + b"x"): "is damaged: its checksum",
        rewritten(whole, tmp_path / "b", vectors_f32=numbers + b"1234"): "is damaged: its checksum",
        rewritten(whole, tmp_path / "c", vectors_f32=None): "is no whole backup",
        rewritten(whole, tmp_path / "d", manifest_json=b"[]"): "is no whole backup",
        rewritten(whole, tmp_path / "e", manifest_json=b"[" * 100_000): "is no whole backup",
        rewritten(whole, tmp_path / "f", manifest_json=manifest(whole, format="other")): "no backup that this dateline",
        rewritten(whole, tmp_path / "g", manifest_json=manifest(whole, dimension=0)): "no backup that this dateline",
        rewritten(whole, tmp_path / "h", manifest_json=b" " * (1 << 21)): "its manifest is too long",
    }
    for file, says in cases.items():
        with pytest.raises(InputError, match=says) as raised:
            restore(file, tmp_path / "restored")
        assert "\n" not in str(raised.value)
        assert not (tmp_path / "restored").exists()
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_a_backup_taken_while_another_ingests_is_of_one_moment(tmp_path: Path) -> None:
    """What is settled in it agrees; what the other had only begun waits, as it would have without a backup."""
    errors: list[Exception] = []
    files: list[Path] = []
    with Archive.open(tmp_path / "live", create=True) as archive, Archive.open(tmp_path / "live") as other:
        add_articles(archive, ARTICLES)
        stop = threading.Event()

        def ingest() -> None:
            try:
                for n in range(10_000):
                    if stop.is_set():
                        break
                    add_articles(other, [article("bridge", 5 + n % 40), article(f"letter {n}", 3)])
            except DatelineError as error:  # shown below
                errors.append(error)

        thread = threading.Thread(target=ingest)
        thread.start()
        try:
            for n in range(3):
                files.append(backup(archive, tmp_path / f"{n}.zip").file)
                assert archive.dense(np.ones(384, np.float32) / 384**0.5, 3)
        finally:
            stop.set()
            thread.join()
        assert errors == []
        assert check(archive) == []
    for file in files:
        restore(file, tmp_path / file.stem)
    with Archive.open(tmp_path / "2") as restored:
        assert {finding.remedy for finding in check(restored)} <= {"dateline ingest"}
        add_articles(restored, [])
        assert check(restored) == []
        assert {a.id for a in ARTICLES} <= {a.id for a in held(restored)}
