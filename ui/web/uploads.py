"""Files that a browser sent: checked again here, because the page's own checks can be passed by."""

import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InputError
from ingest.read.files import FORMATS

__all__ = ["FORMATS", "MOST_FILES", "MOST_FILE_BYTES", "Upload", "check_uploads", "stored"]

MOST_FILES = 200
MOST_FILE_BYTES = 50_000_000
_LONGEST_NAME = 200  # bytes; file systems take 255, and the copy's name must fit as well


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was received: where it lies now, and the name it had."""

    received: Path
    name: str


def check_uploads(files: object, received_in: Path) -> list[Upload]:
    """Return the uploads that the browser names as [{"path", "name"}, ...].

    Raises InputError when they are none or too many, when a file is not one that was received in
    `received_in` (the browser could name any file of this machine), or is no regular file.
    """
    if not isinstance(files, list) or not 0 < len(files) <= MOST_FILES:
        raise InputError(f"between 1 and {MOST_FILES} files can be added at once: choose fewer, or use dateline ingest")
    return [_check(file, received_in.resolve()) for file in files]


@contextmanager
def stored(upload: Upload, folder: Path) -> Iterator[Path]:
    """Copy an upload to `folder`/its name while it is read, and delete both copies afterwards.

    An article's identity is its path: under one stable path, a file sent again replaces itself.

    Raises InputError for a name with path parts, another format, more bytes than are taken, or no room.
    """
    try:
        path = folder / _safe_name(upload.name)
        _copy(upload.received, path)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
    finally:
        upload.received.unlink(missing_ok=True)


def _copy(received: Path, path: Path) -> None:
    try:
        if received.stat().st_size > MOST_FILE_BYTES:
            raise InputError(f"larger than {MOST_FILE_BYTES // 1_000_000} MB: use dateline ingest")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(received, path)
    except FileNotFoundError as error:
        raise InputError("the upload is gone: choose the file again") from error
    except OSError as error:
        if path.is_file():  # a part of it
            path.unlink()
        raise InputError(f"it cannot be stored ({error.strerror or error}): make room and choose it again") from error


def _check(file: object, received_in: Path) -> Upload:
    if (
        isinstance(file, dict)
        and isinstance(path := file.get("path"), str)
        and isinstance(name := file.get("name"), str)
    ):
        try:
            received = Path(path)
            inside = received.resolve().is_relative_to(received_in)
            if inside and received.is_file() and not received.is_symlink():
                return Upload(received.resolve(), name)
        except (OSError, ValueError):  # too long, or holds a NUL
            pass
    raise InputError("a file did not arrive: choose it again")


def _safe_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    odd = any(unicodedata.category(sign) in {"Cc", "Cs"} or sign in '/\\:<>|"?*' for sign in name)
    if odd or name.startswith(".") or name != name.strip() or len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        raise InputError("its name cannot be used: rename the file")
    if not name.lower().endswith(FORMATS):
        raise InputError(f"not one of the formats that are read ({' '.join(FORMATS)}): convert it first")
    return name
