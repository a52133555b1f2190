"""Backups: whole, of one moment, verified, and never over an archive that has articles."""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ingest.archive import Archive
from ingest.archive.backup import backup, restore
from ingest.archive.check import check
from ingest.article import Article, article_id
from ingest.errors import ArchiveError, DatelineError, InputError
from ingest.pipeline import add_articles
from qa.assistant import Assistant

ROOT = Path(__file__).parents[3]


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
def test_swapped_blocks_anywhere_in_a_backup_are_one_line(whole: Path, tmp_path: Path) -> None:
    """Each packer, and what zipfile reads of sizes and places, fails in its own way."""
    data, drawn = whole.read_bytes(), random.Random(17)
    packed = {"deflate": data}
    for name, method in (("lzma", zipfile.ZIP_LZMA), ("bzip2", zipfile.ZIP_BZIP2), ("stored", zipfile.ZIP_STORED)):
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / name, "w", method) as new:
            for part in old.namelist():
                new.writestr(part, old.read(part))
        packed[name] = (tmp_path / name).read_bytes()
    tried = 0
    for name, good in packed.items():
        for size in (1, 16, 512):
            for _ in range(25):
                damaged = bytearray(good)
                low = len(good) - 1200 if drawn.random() < 0.3 else 0  # where the parts are listed
                one, other = sorted(drawn.randrange(low, len(good) - size) for _ in range(2))
                damaged[one : one + size], damaged[other : other + size] = (
                    good[other : other + size],
                    good[one : one + size],
                )
                if damaged == good:
                    continue
                (tmp_path / "damaged.zip").write_bytes(damaged)
                tried += 1
                told = ""
                try:
                    restore(tmp_path / "damaged.zip", tmp_path / "restored")
                except InputError as error:
                    told = str(error)
                assert "\n" not in told, name
                if told:
                    assert not (tmp_path / "restored").exists()
                else:  # what was changed says nothing: a time, a file's mode
                    with Archive.open(tmp_path / "restored") as archive:
                        assert held(archive) == set(ARTICLES)
                    shutil.rmtree(tmp_path / "restored")
    assert tried > 200
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


_STOPS = """
import sys, time
from pathlib import Path
from ingest.archive import backup as module
from ingest.archive import Archive
def stop(*_):
    print("here", flush=True)
    time.sleep(60)
setattr(module, sys.argv[1], stop)
if sys.argv[2] == "backup":
    with Archive.open(Path(sys.argv[3])) as archive:
        module.backup(archive, Path(sys.argv[4]))
else:
    module.restore(Path(sys.argv[4]), Path(sys.argv[3]))
"""


def killed(step: str, does: str, folder: Path, file: Path) -> None:
    """Kill a process that makes or reads a backup, at this step."""
    command = [sys.executable, "-c", _STOPS, step, does, str(folder), str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
        process.kill()


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_what_a_killed_backup_or_restore_leaves_is_cleared_by_the_next(made: Path, whole: Path, tmp_path: Path) -> None:
    killed("_contents", "backup", made, tmp_path / "one.zip")
    assert len(hidden(tmp_path)) == 1
    killed("_verify_record", "restore", tmp_path / "restored", whole)
    Archive.open(tmp_path / "empty", create=True).close()
    killed("_take_place", "restore", tmp_path / "empty", whole)
    assert len(hidden(tmp_path)) == 1
    assert {path.name for path in tmp_path.iterdir()} - set(hidden(tmp_path)) == {"empty"}
    with Archive.open(made) as archive:
        backup(archive, tmp_path / "two.zip")
    assert hidden(tmp_path) == []
    killed("_verify_record", "restore", tmp_path / "restored", whole)
    restore(whole, tmp_path / "restored")
    assert hidden(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "restored", "two.zip"]


def test_what_another_process_works_in_is_left_to_it(made: Path, whole: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STOPS, "_verify_record", "restore", str(tmp_path / "restored"), str(whole)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
        (theirs,) = hidden(tmp_path)
        with Archive.open(made) as archive:
            backup(archive, tmp_path / "one.zip")
        assert hidden(tmp_path) == [theirs]
        assert (tmp_path / theirs / "archive" / "record.sqlite3").is_file()
        process.kill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, leave: int) -> None:
    """Fill a disk, but for some bytes."""
    with (place / "zeros").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    os.truncate(place / "zeros", max((place / "zeros").stat().st_size - leave, 0))


@pytest.mark.parametrize("leave", [0, 50_000, 150_000])
def test_a_full_disk_is_told_as_one_and_nothing_is_lost(
    whole: Path, small_disk: Path, tmp_path: Path, leave: int
) -> None:
    restore(whole, small_disk / "archive")
    fill(small_disk, leave)
    with pytest.raises((ArchiveError, InputError), match="make room"):
        restore(whole, small_disk / "restored")
    assert {path.name for path in small_disk.iterdir()} == {"archive", "zeros"}
    if leave < 50_000:
        with pytest.raises(ArchiveError, match="its disk is full: make room on it"):
            Archive.open(small_disk / "archive")
        os.truncate(small_disk / "zeros", (small_disk / "zeros").stat().st_size - 1_000_000)
    with Archive.open(small_disk / "archive") as archive:
        assert Assistant(archive, "fast").ask("How many times was the mill of Torvald seen?")
        fill(small_disk, 20_000)
        with pytest.raises(InputError, match="make room on it"):
            backup(archive, small_disk / "again.zip")
        with pytest.raises(ArchiveError, match="make room on it"):
            add_articles(archive, [article(f"ferry {number}", 400) for number in range(20)])
    (small_disk / "zeros").unlink()
    with Archive.open(small_disk / "archive") as archive:
        add_articles(archive, [])
        assert set(ARTICLES) <= held(archive)
        assert check(archive) == []


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
