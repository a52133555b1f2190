"""Locks between processes: one writer at a time, and no reader in a vector index that is being written."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import portalocker

from ingest.archive.sqlite import record_errors
from ingest.errors import ArchiveBusy

__all__ = ["LOCK_FILES", "ArchiveLocks"]

_WRITE, _VECTORS = "write.lock", "vectors.lock"
LOCK_FILES = frozenset((_WRITE, _VECTORS))


class ArchiveLocks:
    """The two lock files of an archive. The system frees them when a process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = threading.RLock()
        self._depth = 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer. Threads of this process wait for each other.

        Raises:
            ArchiveBusy: Another process, or another Archive of this folder, is writing.
            ArchiveError: The lock file cannot be made.
        """
        with self._writer:
            if self._depth:  # the same thread, further out, holds the file
                yield
                return
            flags = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
            lock = portalocker.Lock(self._folder / _WRITE, mode="a", timeout=0, flags=flags)
            try:
                with record_errors(self._folder):
                    lock.acquire()
            except portalocker.exceptions.LockException as error:
                raise ArchiveBusy(
                    f"someone else is writing to the archive {self._folder}: wait until they have finished"
                ) from error
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0
                lock.release()

    @contextmanager
    def vectors(self, *, write: bool) -> Iterator[None]:
        """Read the vector index together with other readers, or write it alone. Waits for its turn."""
        kind = portalocker.LockFlags.EXCLUSIVE if write else portalocker.LockFlags.SHARED
        with record_errors(self._folder):
            file = _opened(self._folder / _VECTORS, write)
        if file is None:
            yield
            return
        with file:
            portalocker.lock(file, kind)
            try:
                yield
            finally:
                portalocker.unlock(file)


def _opened(path: Path, write: bool) -> IO[str] | None:
    """Open a lock file, which a reader need not be allowed to write; None where nobody could ever make it."""
    try:
        return path.open("a")
    except OSError as error:
        if write or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    return path.open() if path.exists() else None
