"""A hidden folder for what is half made: whoever works there holds it, and what nobody holds is cleared away."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker

__all__ = ["workplace"]

_PREFIX = ".dateline-unfinished-"
_HELD = "held.lock"
_FLAGS = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


@contextmanager
def workplace(beside: Path) -> Iterator[Path]:
    """Make a folder in the folder `beside`, which lives as long as the context.

    Those of processes that were killed, which left a copy of an archive in them, are removed first. Raises OSError.
    """
    for left in beside.glob(f"{_PREFIX}*"):
        if lock := _taken(left):
            _clear(left, lock)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
        try:
            lock = _taken(folder)
            if lock and folder.is_dir():  # else another process took it for one that is left, in between
                break
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    try:
        yield folder
    finally:
        _clear(folder, lock)


def _taken(folder: Path) -> portalocker.Lock | None:
    """Hold a folder; None when somebody else does, or it is gone."""
    lock = portalocker.Lock(folder / _HELD, mode="a", timeout=0, flags=_FLAGS)
    try:
        lock.acquire()
    except (portalocker.exceptions.LockException, FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    return lock


def _clear(folder: Path, lock: portalocker.Lock) -> None:
    for path in folder.iterdir():  # the lock last: a folder that is half cleared is still held
        if path.name != _HELD:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    with suppress(OSError):
        (folder / _HELD).unlink(missing_ok=True)  # where the system lets an open file go
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)
