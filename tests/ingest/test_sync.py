"""A folder that changes, and an archive that keeps in step with it."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from ingest.archive import Archive
from ingest.article import Article, Failure
from ingest.errors import ArchiveBusy, InputError
from ingest.pipeline import add_articles
from ingest.sources import read_articles
from ingest.sync import Step, plan_sync, sync_folder


def _story(name: str, words: str = "burnt down") -> str:
    return f"The {name} of Harrow Vale\n\nThe {name} of Harrow Vale {words} on Tuesday, the council said.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "north").mkdir(parents=True)
    for name in ("mill", "ferry", "bridge"):
        (folder / f"{name}.txt").write_text(_story(name))
    (folder / "north" / "tower.txt").write_text(_story("tower"))
    return folder


@pytest.fixture
def archive(archive_dir: Path, folder: Path) -> Archive:
    archive = Archive.open(archive_dir, create=True)
    assert sync_folder(archive, folder).report.added == 4
    return archive


def _titles(archive: Archive) -> set[str]:
    return {article.title.split()[1] for article in archive.articles()}


def _agrees(archive: Archive) -> bool:
    return archive.pending_count() == 0 and archive.vector_ids() == archive.passage_ids()


def test_what_is_new_changed_and_gone(archive: Archive, folder: Path) -> None:
    (folder / "mill.txt").unlink()
    (folder / "ferry.txt").write_text(_story("ferry", "sank"))
    (folder / "school.txt").write_text(_story("school"))
    synced = sync_folder(archive, folder)
    counts = (synced.report.added, synced.report.changed, synced.report.unchanged, synced.removed, synced.kept)
    assert counts == (1, 1, 2, 1, 0)
    assert _titles(archive) == {"ferry", "bridge", "tower", "school"}
    assert _agrees(archive)
    assert sync_folder(archive, folder).report.unchanged == 4


def test_articles_from_elsewhere_are_not_touched(archive: Archive, folder: Path, tmp_path: Path) -> None:
    beside = tmp_path / "news-of-others"
    beside.mkdir()
    (beside / "well.txt").write_text(_story("well"))
    add_articles(archive, read_articles(str(beside)))
    add_articles(archive, [Article("f" * 16, "The web page", "It said so.", "https://d.example/a")])
    (beside / "well.txt").unlink()
    (folder / "mill.txt").unlink()
    assert sync_folder(archive, folder).removed == 1
    assert sync_folder(archive, folder / "north").removed == 0
    assert _titles(archive) == {"ferry", "bridge", "tower", "well", "web"}


def test_what_was_fetched_from_the_web_outlives_its_copy_in_the_folder(archive: Archive, folder: Path) -> None:
    page = folder / "saved.txt"
    page.write_text("title: The well\nurl: https://d.example/well\n\nThe well of Harrow Vale ran dry on Tuesday.\n")
    (saved,) = read_articles(str(page))
    assert isinstance(saved, Article)
    add_articles(archive, [replace(saved, source="https://d.example/well", place=None)])
    assert sync_folder(archive, folder).report.unchanged == 5
    page.unlink()
    assert sync_folder(archive, folder).removed == 0
    assert "well" in _titles(archive)


def test_more_than_half_is_removed_only_when_asked_twice(archive: Archive, folder: Path) -> None:
    for name in ("mill", "ferry"):
        (folder / f"{name}.txt").unlink()
    assert sync_folder(archive, folder).removed == 2  # half is not more than half
    (folder / "north" / "tower.txt").unlink()
    (folder / "bridge.txt").unlink()
    (folder / "school.txt").write_text(_story("school"))
    synced = sync_folder(archive, folder)
    assert (synced.report.added, synced.removed, synced.kept, synced.held) == (1, 0, 2, 2)
    assert _titles(archive) == {"tower", "bridge", "school"}
    assert sync_folder(archive, folder, yes=True).removed == 2
    assert _titles(archive) == {"school"}
    assert _agrees(archive)


def test_what_only_moved_is_no_loss(archive: Archive, folder: Path) -> None:
    for name in ("mill", "ferry", "bridge"):
        (folder / f"{name}.txt").rename(folder / "north" / f"{name}.txt")
    synced = sync_folder(archive, folder)
    assert (synced.report.added, synced.removed, synced.kept) == (3, 3, 0)
    assert _titles(archive) == {"mill", "ferry", "bridge", "tower"}
    assert len(archive) == 4


def test_a_file_that_cannot_be_read_keeps_its_article_and_an_emptied_one_does_not(
    archive: Archive, folder: Path
) -> None:
    (folder / "mill.txt").write_bytes(b"\x00\x01\x02" * 999)
    (folder / "ferry.txt").write_bytes(b"")
    (folder / "bridge.txt").write_bytes(b"\n \n")
    synced = sync_folder(archive, folder)
    assert len(synced.report.failed) == 3
    assert (synced.removed, _titles(archive)) == (2, {"mill", "tower"})


def test_rows_of_a_table(archive: Archive, folder: Path) -> None:
    table = folder / "table.csv"
    rows = {name: f"{name},The {name} stood for years.,https://d.example/{name}\n" for name in ("The well", "The barn")}
    table.write_text("title,text,url\n" + "".join(rows.values()))
    sync_folder(archive, folder)
    assert {"well", "barn"} <= _titles(archive)
    table.write_text("title,text,url\n" + rows["The well"] + '"The barn,broken\n')
    sync_folder(archive, folder)
    assert {"well", "barn"} <= _titles(archive)  # the broken row may be it
    table.write_text("title,text,url\n" + rows["The well"])
    assert sync_folder(archive, folder).removed == 1
    assert "barn" not in _titles(archive)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_listed_keeps_its_articles(archive: Archive, folder: Path) -> None:
    (folder / "north").chmod(0)
    try:
        synced = sync_folder(archive, folder)
    finally:
        (folder / "north").chmod(0o755)
    assert (synced.removed, len(synced.report.failed)) == (0, 1)
    folder.chmod(0)
    try:
        with pytest.raises(InputError, match="cannot be listed"):
            sync_folder(archive, folder)
    finally:
        folder.chmod(0o755)
    assert len(archive) == 4


def test_a_folder_that_is_missing_or_empty_removes_nothing(archive: Archive, folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    folder.rename(away)
    with pytest.raises(InputError, match=r"no such folder.*nothing was removed"):
        sync_folder(archive, folder, yes=True)
    folder.mkdir()  # as a mount point is without its disk
    assert sync_folder(archive, folder).kept == 4
    folder.rmdir()
    folder.write_text("a file")
    with pytest.raises(InputError, match="is a file"):
        sync_folder(archive, folder, yes=True)
    folder.unlink()
    away.rename(folder)
    assert sync_folder(archive, folder).report.unchanged == 4


def test_a_folder_that_is_exchanged_while_it_is_read(archive: Archive, folder: Path, tmp_path: Path) -> None:
    def exchange(_: int) -> None:
        if not (tmp_path / "old").exists():
            folder.rename(tmp_path / "old")
            folder.mkdir()

    with pytest.raises(InputError, match="another folder"):
        sync_folder(archive, folder, yes=True, progress=exchange)
    assert len(archive) == 4


def test_one_that_is_stopped_goes_on(archive: Archive, folder: Path) -> None:
    (folder / "mill.txt").unlink()
    for number in range(3):
        (folder / f"new{number}.txt").write_text(_story(f"house{number}"))

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync_folder(archive, folder, progress=stop)
    assert "mill" in _titles(archive)
    assert sync_folder(archive, folder).removed == 1
    assert _titles(archive) == {"ferry", "bridge", "tower", "house0", "house1", "house2"}
    assert _agrees(archive)


def test_a_link_to_the_folder_is_the_folder(archive: Archive, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    (folder / "mill.txt").unlink()
    assert sync_folder(archive, tmp_path / "link").removed == 1
    assert sync_folder(archive, folder).report.unchanged == 3


def test_two_at_once(archive: Archive, archive_dir: Path, folder: Path) -> None:
    with Archive.open(archive_dir) as other, other.writing(), pytest.raises(ArchiveBusy):
        sync_folder(archive, folder)


def test_a_plan_writes_nothing(archive: Archive, folder: Path) -> None:
    (folder / "mill.txt").unlink()
    (folder / "ferry.txt").write_text(_story("ferry", "sank"))
    (folder / "school.txt").write_text(_story("school"))
    (folder / "empty.txt").touch()
    steps = list(plan_sync(archive, folder))
    assert sorted((step.does, Path(step.place).name) for step in steps if isinstance(step, Step)) == [
        ("add", "school.txt"),
        ("change", "ferry.txt"),
        ("remove", "mill.txt"),
    ]
    assert [step.source for step in steps if isinstance(step, Failure)] == ["empty.txt"]
    assert _titles(archive) == {"mill", "ferry", "bridge", "tower"}
    assert [cast(Step, step).does for step in plan_sync(None, folder / "north")] == ["add"]
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="no such folder"):
        list(plan_sync(archive, folder))


def test_links_that_are_not_followed_end_nothing_and_remove_nothing(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "passwd.txt").write_text(_story("password"))
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "mill.txt").rename(tmp_path / "mill.txt")
    (folder / "mill.txt").symlink_to(tmp_path / "mill.txt")
    (folder / "out.txt").symlink_to(tmp_path / "passwd.txt")
    synced = sync_folder(archive, folder)
    assert {failure.source for failure in synced.report.failed} == {"self.txt", "mill.txt", "out.txt"}
    assert synced.removed == 0
    assert _titles(archive) == {"mill", "ferry", "bridge", "tower"}
    assert [step for step in plan_sync(archive, folder) if isinstance(step, Step)] == []
