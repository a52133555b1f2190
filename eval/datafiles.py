"""Files of the data folder: read, hashed, and said in one line what is wrong with one."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingest.errors import InputError

__all__ = ["hash_of", "parse_file"]

Parsed = TypeVar("Parsed")


def parse_file(path: Path, parse: Callable[[str], Parsed]) -> Parsed:
    """Return what `parse` makes of a file's text.

    Raises:
        InputError: The file cannot be read, or `parse` finds it to be of another format.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {error.filename or path}; give the folder of test sets with --data") from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError(f"{path} is not in the format of the set it is named for; fetch it again") from error


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}; give the folder of test sets with --data") from error
