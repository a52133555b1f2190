"""The vector index: Chroma, cosine. The only file that imports chromadb.

It can always be made again from the record (ingest/archive.py), which also says which of its
rows count.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError

from ingest.errors import ArchiveError

__all__ = ["VectorIndex"]

_COLLECTION = "passages"
_ROWS_A_WRITE = 5000  # Chroma refuses more than 5,461 rows a write
_ROWS_A_READ = 20_000  # and fails past about 32,000 a read
_VECTORS_A_READ = 5_000  # 8 MB of them


class VectorIndex:
    """Unit vectors by passage id. Not safe for threads, nor while another process writes: see ArchiveLocks."""

    def __init__(self, folder: Path) -> None:
        """Open the index in a folder; make an empty one where there is none.

        Raises:
            ArchiveError: Here and below, the index is damaged or its disk is full.
        """
        self._folder = folder
        self._copy = _copied(folder)
        place = str(Path(self._copy.name) / "chroma") if self._copy else str(folder)
        try:
            with self._errors():
                self._client = chromadb.PersistentClient(place, settings=Settings(anonymized_telemetry=False))
                self._collection = self._client.get_or_create_collection(
                    _COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
                )
        except ArchiveError:
            # Chroma keeps what it failed to open, and gives it to the next who opens this folder.
            SharedSystemClient._identifier_to_system.pop(place, None)
            SharedSystemClient._identifier_to_refcount.pop(place, None)
            raise

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()  # type: ignore[attr-defined]  # the class behind ClientAPI has it
        if self._copy:
            self._copy.cleanup()

    def __len__(self) -> int:
        with self._errors():
            return int(self._collection.count())

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add or replace rows; `vectors` is float32 of shape (len(ids), dimension), rows of length 1."""
        self._refuse_copy()
        for first in range(0, len(ids), _ROWS_A_WRITE):
            rows = slice(first, first + _ROWS_A_WRITE)
            with self._errors():
                self._collection.upsert(ids=list(ids[rows]), embeddings=vectors[rows])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete rows; ids that are not there are passed over."""
        self._refuse_copy()
        for first in range(0, len(ids), _ROWS_A_WRITE):
            with self._errors():
                self._collection.delete(ids=list(ids[first : first + _ROWS_A_WRITE]))

    def search(
        self, vector: NDArray[np.float32], limit: int, among: list[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to `limit` (passage id, cosine), most similar first. `vector` has shape (dimension,).

        With `among`, only of the rows with these ids, each of which must be there.
        """
        limit = min(limit, len(self) if among is None else len(among))
        if not limit:
            return []
        with self._errors():
            found: Any = self._collection.query(
                query_embeddings=vector[None, :], n_results=limit, ids=among, include=["distances"]
            )
        return [
            (id_, 1.0 - float(distance)) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def ids(self) -> set[str]:
        """Return the ids of all rows."""
        ids: set[str] = set()
        for offset in range(0, len(self), _ROWS_A_READ):
            with self._errors():
                ids.update(self._collection.get(limit=_ROWS_A_READ, offset=offset, include=[])["ids"])
        return ids

    def pages(self) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Yield all rows, some thousand at a time: their ids, and their vectors of shape (ids, dimension)."""
        for offset in range(0, len(self), _VECTORS_A_READ):
            with self._errors():
                rows: Any = self._collection.get(limit=_VECTORS_A_READ, offset=offset, include=["embeddings"])
            if rows["ids"]:
                yield rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32)

    def _refuse_copy(self) -> None:
        """What goes into a copy would be lost with it."""
        if self._copy:
            raise ArchiveError(f"a file of the vector index {self._folder} is write-protected: change its permissions")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (ChromaError, OSError) as error:
            raise self._error(error) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # how Chroma's Rust half fails on damaged files
                raise
            raise self._error(error) from error

    def _error(self, error: BaseException) -> ArchiveError:
        message = (str(error).strip() or type(error).__name__).splitlines()[0]
        return ArchiveError(
            f"the vector index {self._folder} cannot be used ({message[:200]}): when its disk is neither full nor"
            " write-protected, dateline rebuild makes it again"
        )


def _copied(folder: Path) -> tempfile.TemporaryDirectory[str] | None:
    """Copy an index that is write-protected, for Chroma writes even where it only reads: 459 MB at 100,000 rows."""
    # A file that is not there any more was one of Chroma's own, for a moment.
    if not any(path.exists() and not os.access(path, os.W_OK) for path in (folder, *folder.rglob("*"))):
        return None
    copy = tempfile.TemporaryDirectory(prefix="dateline-", ignore_cleanup_errors=True)
    for path in folder.rglob("*"):
        if path.is_file():
            place = Path(copy.name) / "chroma" / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)  # and not its permissions
    return copy
