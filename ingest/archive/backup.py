"""A whole archive in one file, taken while it is asked and written to, and an archive out of such a file.

The file is a zip of the record, the vectors as plain numbers, and a manifest with the checksum of each. It does not
depend on Chroma's format, so it outlives it.
"""

import errno
import hashlib
import json
import lzma
import os
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import numpy as np

from ingest.archive import Archive
from ingest.archive.locks import LOCK_FILES, ArchiveLocks
from ingest.archive.sqlite import MAKE_ROOM, RECORD_FILE, Record, disk_is_full, record_errors
from ingest.archive.workplace import workplace
from ingest.errors import ArchiveError, DatelineError, InputError

__all__ = ["Contents", "backup", "restore"]

_FORMAT = "dateline backup 1"
_MANIFEST, _IDS, _VECTORS = "manifest.json", "vectors.ids", "vectors.f32"
_PARTS = (RECORD_FILE, _IDS, _VECTORS)
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 1 << 20
# What zipfile and the packers below it say of bytes that are not what they should be; RuntimeError of a password.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, IndexError, ValueError,
    OverflowError, NotImplementedError, RuntimeError, MemoryError,
)  # fmt: skip
_ROWS = 4096  # vectors read and written at once


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the file, and how many articles, passages and vectors are in it."""

    file: Path
    articles: int
    passages: int
    vectors: int


def backup(archive: Archive, target: Path) -> Contents:
    """Write an archive as it is at one moment into a file, or into a new file in the folder `target`.

    Others may ask and write meanwhile: only the writing of vectors waits, while they and the record are copied. The
    file gets its name when it is whole.

    Raises:
        ArchiveError: The archive cannot be read.
        InputError: The file is there already, or cannot be written.
    """
    moment = datetime.now(UTC)
    file = target / f"dateline-{moment:%Y%m%dT%H%M%SZ}.zip" if target.is_dir() else target
    if file.exists():
        raise InputError(f"{file} is there already: name a file that is not")
    with _file_errors(file), workplace(file.parent) as parts:
        try:
            dimension = archive.copy_into(parts / RECORD_FILE, parts / _IDS, parts / _VECTORS)
        except ArchiveError as error:
            if disk_is_full(parts):  # that of the file, whatever the archive says
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise
        contents = _contents(file, parts)
        manifest = {
            "format": _FORMAT,
            "made": moment.isoformat(timespec="seconds"),
            "dimension": dimension,
            **{key: value for key, value in asdict(contents).items() if key != "file"},
            "sha256": {name: _sha256(parts / name) for name in _PARTS},
            "bytes": {name: (parts / name).stat().st_size for name in _PARTS},
        }
        unfinished = parts / "backup.zip"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for name in _PARTS:
                packed.write(parts / name, name)
            packed.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
    return contents


def restore(file: Path, folder: Path, chroma: str | None = None) -> Contents:
    """Make the archive in a folder that a backup holds, all of it or nothing.

    The backup is unpacked beside the folder, compared with its checksums and with itself, and takes the folder's place
    only then. Its vectors go to the Chroma server at the URL `chroma`, into a collection of their own, or else into
    the folder.

    Raises:
        InputError: The file is no whole backup.
        ArchiveError: The folder holds articles or other files, or cannot be written.
    """
    folder = folder.absolute()
    with record_errors(folder):
        _refuse_what_is_there(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with workplace(folder.parent) as temporary:
            made = temporary / "archive"
            made.mkdir()
            try:
                contents = _unpack(file, temporary, made, chroma)
            except (DatelineError, OSError) as error:
                if disk_is_full(made, error):  # before what was unpacked is gone, and there is room again
                    raise ArchiveError(f"the disk of {folder.parent} is full: {MAKE_ROOM}") from error
                raise
            _take_place(made, folder, temporary / "before")
    return contents


def _contents(file: Path, parts: Path) -> Contents:
    with closing(sqlite3.connect(parts / RECORD_FILE)) as record:
        (articles,) = record.execute("SELECT count(*) FROM articles WHERE state <> 'removing'").fetchone()
        (passages,) = record.execute("SELECT count(*) FROM passages").fetchone()
    with (parts / _IDS).open("rb") as ids:
        return Contents(file, articles, passages, sum(1 for _ in ids))


def _unpack(file: Path, temporary: Path, made: Path, chroma: str | None) -> Contents:
    """Make an archive of a backup in the folder `made`; what belongs to the backup alone goes to `temporary`."""
    places = {RECORD_FILE: made / RECORD_FILE, _IDS: temporary / _IDS, _VECTORS: temporary / _VECTORS}
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _manifest(packed, file)
            need, free = sum(manifest["bytes"].values()), shutil.disk_usage(made).free
            if need > free:
                raise InputError(
                    f"{file} unpacks to {need:,} bytes, {made.parent.parent} has {free:,} free: make room there, or"
                    " restore into another with --archive DIR"
                )
            for name, place in places.items():
                with packed.open(name) as part:
                    _copy_verified(part, place, manifest["bytes"][name], manifest["sha256"][name], f"{name} of {file}")
    except FileNotFoundError as error:
        raise InputError(f"no such file: {str(file)[:200]!r}; check the path") from error
    except _DAMAGED as error:
        raise _no_backup(file, error) from error
    except OSError as error:
        of_backup = error.filename is None or Path(error.filename) == file
        if of_backup and not disk_is_full(made, error):
            raise InputError(f"{file} cannot be read: {error.strerror or error}") from error
        raise
    _verify_record(made, file)
    with Archive.open(made, chroma=chroma, moving=True) as archive:
        archive.take_vectors(_vectors(places[_IDS], places[_VECTORS], manifest["dimension"]))
        return Contents(file, len(archive), archive.passage_count(), manifest["vectors"])


def _manifest(packed: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    if packed.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise InputError(f"{file} is no backup that dateline made: its manifest is too long")
    try:
        manifest: dict[str, Any] = json.loads(packed.read(_MANIFEST))
        sound = (
            manifest["format"] == _FORMAT
            and all(isinstance(manifest["bytes"][name], int) and manifest["bytes"][name] >= 0 for name in _PARTS)
            and all(isinstance(manifest["sha256"][name], str) for name in _PARTS)
            and isinstance(manifest["vectors"], int)
            and isinstance(manifest["dimension"], int)
            and manifest["bytes"][_VECTORS] == 4 * manifest["vectors"] * manifest["dimension"]
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_backup(file, error) from error
    if not sound:
        raise InputError(f"{file} is no backup that this dateline reads: it reads {_FORMAT!r}")
    return manifest


def _copy_verified(part: IO[bytes], place: Path, size: int, sha256: str, what: str) -> None:
    digest, written = hashlib.sha256(), 0
    with place.open("wb") as out:
        while chunk := part.read(_CHUNK):
            written += len(chunk)
            if written > size:
                break
            digest.update(chunk)
            out.write(chunk)
    if written != size or digest.hexdigest() != sha256:
        raise InputError(f"{what} is damaged: its checksum is another; use another backup")


def _verify_record(made: Path, file: Path) -> None:
    try:
        record = Record(made)
        with closing(record):
            if record.rows("PRAGMA integrity_check(1)") != [("ok",)]:
                raise InputError(f"the record in {file} is damaged: use another backup")
            record.compare_keywords()
    except ArchiveError as error:
        raise InputError(f"the record in {file} cannot be used: {error.__cause__ or error}") from error


def _vectors(ids: Path, vectors: Path, dimension: int) -> Iterator[tuple[list[str], np.ndarray]]:
    with ids.open(encoding="ascii") as names, vectors.open("rb") as numbers:
        while rows := numbers.read(4 * dimension * _ROWS):
            table = np.frombuffer(rows, dtype="<f4").reshape(-1, dimension)
            yield [next(names, "").strip() for _ in range(len(table))], table


def _refuse_what_is_there(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ArchiveError(f"the archive {folder} is a file: name a folder with --archive")
    if (folder / RECORD_FILE).is_file():
        with closing(Record(folder)) as record:
            (count,) = record.rows("SELECT count(*) FROM articles")[0]
        if count:
            raise ArchiveError(f"the archive {folder} has {count:,} articles: restore into another with --archive DIR")
    elif {path.name for path in folder.iterdir()} - LOCK_FILES:
        raise ArchiveError(f"{folder} has files that are no archive: restore into another with --archive DIR")


def _take_place(made: Path, folder: Path, aside: Path) -> None:
    """Put the archive where an empty one, or nothing, is; an ingestion that began meanwhile stops it.

    The empty one goes to `aside`, which is cleared, whatever comes between.
    """
    if not folder.exists():
        made.rename(folder)
        return
    with ArchiveLocks(folder).writing():
        _refuse_what_is_there(folder)
        folder.rename(aside)
        try:
            made.rename(folder)
        except OSError:
            aside.rename(folder)
            raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _no_backup(file: Path, error: Exception) -> InputError:
    return InputError(f"{file} is no whole backup ({str(error).splitlines()[0][:100] if str(error) else 'cut short'})")


@contextmanager
def _file_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        then = f"{MAKE_ROOM}; or name a file elsewhere" if disk_is_full(file.parent, error) else "name another file"
        raise InputError(f"{file} cannot be written: {error.strerror or error}; {then}") from error
