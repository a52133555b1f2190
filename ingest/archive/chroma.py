"""The vector index: Chroma, cosine, in a folder or on a server. The only file that imports chromadb.

It can always be made again from the record (ingest/archive/archive.py), which also says which of its
rows count.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from ingest.archive.chroma_server import ChromaServer, rebuild_flag
from ingest.errors import ArchiveError

__all__ = ["VectorIndex", "delete_index"]

_COLLECTION = "passages"
_ROWS_A_WRITE = 5000  # Chroma refuses more than 5,461 rows a write
_ROWS_SENT = 1000  # and its server requests of more than 40 MB: of 4,096 numbers a row, these are 22 MB
_ROWS_A_READ = 20_000  # and fails past about 32,000 a read
_VECTORS_A_READ = 5_000  # 8 MB of them
# Rows that are compared one by one: of 100,000, 522 took 50 ms to read, Chroma's search among them 141 ms.
_FEW = 1_000
_TO_ANSWER = httpx.Timeout(60, connect=5)  # seconds; Chroma's own client waits for ever


class VectorIndex:
    """Unit vectors by passage id. Not safe for threads, nor while another process writes: see ArchiveLocks."""

    def __init__(self, place: Path | ChromaServer, *, create: bool = True) -> None:
        """Open the index in a folder, or on a server; with `create`, make an empty one where there is none.

        A folder gets one in any case.

        Raises:
            ArchiveError: Here and below, the index is damaged or its disk is full; or the server does not answer, or
                does not have it.
        """
        self._place = place
        self._size: int | None = None  # counting takes 20 ms of 100,000, and only this object writes while it is open
        self._client: Any  # ClientAPI, which lacks `close`
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        if isinstance(place, Path):
            self._rows_a_write = _ROWS_A_WRITE
            self._open_folder(place)
            return
        self._client = _connected(place)
        try:
            with _server_errors(place):
                self._rows_a_write = min(_ROWS_SENT, self._client.get_max_batch_size())
                self._collection = (
                    _made(self._client, place.collection)
                    if create
                    else self._client.get_collection(place.collection, embedding_function=None)
                )
        except ArchiveError:
            self.close()
            raise

    def _open_folder(self, folder: Path) -> None:
        self._copy = _copied(folder)
        place = str(Path(self._copy.name) / "chroma") if self._copy else str(folder)
        try:
            with self._errors():
                self._client = chromadb.PersistentClient(place, settings=Settings(anonymized_telemetry=False))
                self._collection = _made(self._client, _COLLECTION)
        except ArchiveError:
            # Chroma keeps what it failed to open, and gives it to the next who opens this folder.
            SharedSystemClient._identifier_to_system.pop(place, None)
            SharedSystemClient._identifier_to_refcount.pop(place, None)
            raise

    def close(self) -> None:
        """Let go of the files, or of the server."""
        if isinstance(self._place, Path):
            self._client.close()
        else:
            _disconnect(self._client)
        if self._copy:
            self._copy.cleanup()

    def __len__(self) -> int:
        if self._size is None:
            with self._errors():
                self._size = int(self._collection.count())
        return self._size

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add or replace rows; `vectors` is float32 of shape (len(ids), dimension), rows of length 1."""
        self._refuse_copy()
        self._size = None
        for first in range(0, len(ids), self._rows_a_write):
            rows = slice(first, first + self._rows_a_write)
            with self._errors():
                self._collection.upsert(ids=list(ids[rows]), embeddings=vectors[rows])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete rows; ids that are not there are passed over."""
        self._refuse_copy()
        self._size = None
        for first in range(0, len(ids), self._rows_a_write):
            with self._errors():
                self._collection.delete(ids=list(ids[first : first + self._rows_a_write]))

    def search(
        self, vector: NDArray[np.float32], limit: int, among: list[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to `limit` (passage id, cosine), most similar first. `vector` has shape (dimension,).

        With `among`, only of the rows with these ids, each of which must be there.
        """
        limit = min(limit, len(self) if among is None else len(among))
        if not limit:
            return []
        if among is not None and len(among) <= _FEW:
            return self._compared(vector, limit, among)
        with self._errors():
            found: Any = self._collection.query(
                query_embeddings=vector[None, :], n_results=limit, ids=among, include=["distances"]
            )
        return [
            (id_, 1.0 - float(distance)) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def _compared(self, vector: NDArray[np.float32], limit: int, among: list[str]) -> list[tuple[str, float]]:
        """Do what `search` does among a few rows, exactly."""
        rows = self.rows(among)
        cosines = np.array(list(rows.values())).reshape(-1, len(vector)) @ vector
        ids = list(rows)
        return [(ids[number], float(cosines[number])) for number in np.argsort(-cosines, kind="stable")[:limit]]

    def rows(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of some rows by id, each of shape (dimension,); ids that are not there are left out."""
        found: dict[str, NDArray[np.float32]] = {}
        for first in range(0, len(ids), _VECTORS_A_READ):
            with self._errors():
                some: Any = self._collection.get(ids=list(ids[first : first + _VECTORS_A_READ]), include=["embeddings"])
            found |= zip(some["ids"], np.asarray(some["embeddings"], dtype=np.float32), strict=True)
        return found

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
            raise ArchiveError(f"a file of the vector index {self._place} is write-protected: change its permissions")

    def _errors(self) -> AbstractContextManager[None]:
        return _folder_errors(self._place) if isinstance(self._place, Path) else _server_errors(self._place)


def delete_index(place: Path | ChromaServer) -> None:
    """Delete an index, if it is there, without opening it.

    Raises:
        ArchiveError: Its server does not answer, or refuses.
        OSError: Its folder cannot be deleted.
    """
    if isinstance(place, Path):
        dropped = place.with_name(f"{place.name}.dropped")
        if dropped.exists():  # by one that was killed
            shutil.rmtree(dropped)
        if place.exists():
            place.rename(dropped)
            shutil.rmtree(dropped)
        return
    client = _connected(place)
    try:
        with _server_errors(place), suppress(NotFoundError):
            client.delete_collection(place.collection)
    finally:
        _disconnect(client)


def _connected(server: ChromaServer) -> Any:
    with _server_errors(server):
        said = httpx.get(f"{server.address}/api/v2/heartbeat", headers=server.headers, timeout=_TO_ANSWER)
        if said.status_code != httpx.codes.OK or "nanosecond heartbeat" not in said.text:
            raise ArchiveError(
                f"what answers at {server.address} (status {said.status_code}) is no Chroma that lets Dateline in: give"
                " the address of one with --chroma, and its token in DATELINE_CHROMA_TOKEN"
            )
        client = chromadb.HttpClient(
            server.address, headers=dict(server.headers), settings=Settings(anonymized_telemetry=False)
        )
        client._server._session.timeout = _TO_ANSWER  # type: ignore[attr-defined]  # it has no setting
        return client


def _disconnect(client: Any) -> None:
    """Close a client whole: Chroma 1.5 leaves its connections open, and keeps what it was made of for ever."""
    for part in (client, client._admin_client):
        part._server._session.close()
    system, kept = client._system, SharedSystemClient._identifier_to_system
    client.close()
    for name in [name for name, other in kept.items() if other is system]:
        kept.pop(name)


def _made(client: Any, name: str) -> Any:
    return client.get_or_create_collection(name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ChromaError, OSError) as error:
        raise _folder_error(folder, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how Chroma's Rust half fails on damaged files
            raise
        raise _folder_error(folder, error) from error


def _folder_error(folder: Path, error: BaseException) -> ArchiveError:
    return ArchiveError(
        f"the vector index {folder} cannot be used ({_cause(error)}): when its disk is neither full nor"
        " write-protected, dateline rebuild makes it again"
    )


@contextmanager
def _server_errors(server: ChromaServer) -> Iterator[None]:
    try:
        yield
    except ArchiveError:
        raise
    except NotFoundError as error:
        raise ArchiveError(
            f"Chroma at {server.address} does not have this archive's vectors: give the address of the one that has"
            f" them, or make them again with dateline rebuild{rebuild_flag(server)}"
        ) from error
    except httpx.HTTPError as error:
        raise ArchiveError(
            f"Chroma at {server.address} does not answer ({_cause(error)}): start it, or give its address with"
            " --chroma; then run the same command again, and nothing is lost"
        ) from error
    except (
        Exception
    ) as error:  # what its client does not know is a plain Exception, and a reply of others' a ValueError
        raise ArchiveError(
            f"Chroma at {server.address} cannot do it ({_cause(error)}): look into its log, then run the same command"
            " again"
        ) from error


def _cause(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


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
