"""What `dateline check`, `rebuild`, `backup` and `restore` print."""

from pathlib import Path

from ingest.archive import Archive
from ingest.archive.backup import Contents, backup, restore
from ingest.archive.check import check

__all__ = ["print_backup", "print_check", "print_rebuild", "print_restore"]


def print_check(folder: Path, sample: int, chroma: str | None) -> int:
    """Print what is wrong with an archive, a line each with what mends it; return 1 when anything is."""
    with Archive.open(folder, chroma=chroma) as archive:
        findings = check(archive, sample)
        articles, passages = len(archive), archive.passage_count()
    for finding in findings:
        print(f"{finding.problem}: run {finding.remedy}")
    if findings:
        return 1
    print(f"record, keyword index and vector index agree: articles {articles:,}, passages {passages:,}")
    return 0


def print_rebuild(folder: Path, chroma: str | None) -> int:
    """Make both indexes of an archive again, the vectors where `chroma` says; print what is in them."""
    with Archive.open(folder, chroma=chroma, moving=True) as archive:
        left = archive.rebuild()
        print(f"made again: articles {len(archive):,}, passages {archive.passage_count():,}")
    if left:
        print(f"nothing reads its old vectors any more: delete the collection {left.collection} at {left.address}")
    return 0


def print_backup(folder: Path, target: Path, chroma: str | None) -> int:
    """Back an archive up; print what the file holds."""
    with Archive.open(folder, chroma=chroma) as archive:
        contents = backup(archive, target)
    print(f"{contents.file}: {_told(contents)}")
    return 0


def print_restore(file: Path, folder: Path, chroma: str | None) -> int:
    """Make an archive of a backup; print what it holds."""
    print(f"{folder}: {_told(restore(file, folder, chroma))}")
    return 0


def _told(contents: Contents) -> str:
    return f"articles {contents.articles:,}, passages {contents.passages:,}, vectors {contents.vectors:,}"
