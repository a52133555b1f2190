"""Files of the data folder: read, hashed, and said in one line what is wrong with one."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingest.errors import InputError

__all__ = ["content_of", "hash_of", "parse_file", "unlike"]

Parsed = TypeVar("Parsed")


def parse_file(path: Path, parse: Callable[[str], Parsed]) -> Parsed:
    """Return what `parse` makes of a file's text.

    Raises:
        InputError: The file cannot be read, or `parse` finds it to be of another format.
    """
    try:
        return parse(content_of(path).decode())
    except OSError as error:  # `parse` reads another file beside it
        raise _unreadable(path, error) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise unlike(path) from error


def content_of(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def unlike(place: Path | str) -> InputError:
    """Return the error for a place in a file that is of another format than its name says."""
    return InputError(f"{place} is not in the format of the set it is named after; fetch the file again")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        InputError: It cannot be read.
    """
    return hashlib.sha256(content_of(path)).hexdigest()


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"cannot read {error.filename or path}; give the folder of test sets with --data")
