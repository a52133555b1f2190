"""What `dateline check`, `rebuild`, `backup` and `restore` print."""

from pathlib import Path

from ingest.archive import Archive
from ingest.backup import Contents, backup, restore
from ingest.upkeep import check

__all__ = ["print_backup", "print_check", "print_rebuild", "print_restore"]


def print_check(folder: Path, sample: int) -> int:
    """Print what is wrong with an archive, a line each with what mends it; return 1 when anything is."""
    with Archive.open(folder) as archive:
        findings = check(archive, sample)
        articles, passages = len(archive), archive.passage_count()
    for finding in findings:
        print(f"{finding.problem}: run {finding.remedy}")
    if findings:
        return 1
    print(f"record, keyword index and vector index agree: articles {articles:,}, passages {passages:,}")
    return 0


def print_rebuild(folder: Path) -> int:
    """Make both indexes of an archive again; print what is in them."""
    with Archive.open(folder) as archive:
        archive.rebuild()
        print(f"made again: articles {len(archive):,}, passages {archive.passage_count():,}")
    return 0


def print_backup(folder: Path, target: Path) -> int:
    """Back an archive up; print what the file holds."""
    with Archive.open(folder) as archive:
        contents = backup(archive, target)
    print(f"{contents.file}: {_told(contents)}")
    return 0


def print_restore(file: Path, folder: Path) -> int:
    """Make an archive of a backup; print what it holds."""
    print(f"{folder}: {_told(restore(file, folder))}")
    return 0


def _told(contents: Contents) -> str:
    return f"articles {contents.articles:,}, passages {contents.passages:,}, vectors {contents.vectors:,}"
