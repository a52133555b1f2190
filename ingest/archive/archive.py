"""Archive: add, replace, remove, search, fetch.

SQLite is the record: articles, passages with their offsets, and the keyword index, all changed in
one transaction an article. Chroma holds the vectors. Between the two an article is 'pending':

    put(article)       one transaction writes text, passages, keyword index, state = pending
    index_pending()    embeds; writes vectors; deletes those of passages that are gone; state = indexed

A process killed anywhere leaves pending articles, which the next writer finishes; until then they
are found by keyword and their old vectors are passed over. An article being removed is marked
first, so that it is never seen again, and deleted once its vectors are gone.

Other processes: one writes at a time (ArchiveBusy); any number read. A writer counts up
`generation` before it touches the vectors, and a reader whose generation is behind opens them
anew, because an open Chroma never sees what another process wrote.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from ingest.archive.chroma_server import (
    ChromaServer,
    keep_place,
    left_place,
    new_place,
    place_facts,
    present_place,
    rebuild_flag,
)
from ingest.archive.copies import find_copies, forget_copies, forget_stories
from ingest.archive.keywords import drop_keywords, make_keywords
from ingest.archive.locks import ArchiveLocks
from ingest.archive.opening import open_record, own_encoder
from ingest.archive.queries import Catalogue
from ingest.archive.rows import (
    ARTICLE,
    article_of,
    has_passages_of,
    renew_passages,
    retire_older,
    store_article,
    store_facts,
    with_origin,
)
from ingest.archive.searching import by_meaning
from ingest.archive.sqlite import FeedState, Record, record_errors
from ingest.article import Article
from ingest.encoder.encoder import Encoder
from ingest.errors import ArchiveError, InputError
from ingest.filters import ALL_ARTICLES, Filters
from ingest.passages import Passage, to_embed

if TYPE_CHECKING:
    from ingest.archive.chroma import VectorIndex

__all__ = ["Archive", "Change"]

Change = Literal["added", "changed", "unchanged"]

# How many passages are embedded before their vectors are written: a kill loses at most their embedding.
_PASSAGES_A_WRITE = 256
_ARTICLES_A_LOOK = 64  # whose copies are found in one transaction: 0.2 s


class Archive(Catalogue):
    """An archive in a folder. Safe for threads; use as a context manager, or call `close`."""

    def __init__(
        self, folder: Path, record: Record, encoder: Encoder | None, chroma: ChromaServer | None = None
    ) -> None:
        """Use `Archive.open`."""
        super().__init__(record)
        self.folder = folder
        self.chroma = chroma
        self._locks = ArchiveLocks(folder)
        self._encoder = encoder
        self._encoder_lock = threading.Lock()
        self._vectors: VectorIndex | None = None
        self._vectors_lock = threading.Lock()
        self._vectors_generation = -1
        self._complete_generation = -1

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        create: bool = False,
        encoder: str | None = None,
        chroma: str | None = None,
        moving: bool = False,
    ) -> Self:
        """Open the archive in a folder; with `create`, make one where there is none.

        Args:
            folder: Where the archive lies.
            create: Make the folder and an empty archive in it when there is none.
            encoder: The encoder to use, as for `load_encoder`. None means the archive's own.
            chroma: The URL of the Chroma server that has the vectors. None means that the folder has them.
            moving: They may be elsewhere: `rebuild` or `take_vectors` comes first.

        Raises:
            ArchiveError: There is no archive there, it cannot be read or made, or its vectors are elsewhere.
            InputError: `chroma` is no URL of a server.
            EncoderMismatch: It was built with another encoder than the one asked for.
            ModelError: The encoder cannot be loaded.
        """
        server = ChromaServer.parse(chroma) if chroma else None
        record, loaded = open_record(folder, encoder, create=create, facts=place_facts(server))
        try:
            if not moving:
                present_place(folder, record, server)
            return cls(folder, record, loaded, server)
        except BaseException:
            record.close()
            raise

    def close(self) -> None:
        """Let go of the files. The archive cannot be used afterwards."""
        with self._vectors_lock:
            self._close_vectors()
        self._record.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- search

    @property
    def encoder(self) -> Encoder:
        """The encoder the archive was built with, loaded when first used.

        Raises:
            ModelError: It is not at hand.
            EncoderMismatch: What its name stands for has changed since.
        """
        with self._encoder_lock:
            if self._encoder is None:
                self._encoder = own_encoder(self.folder, self._record)
            return self._encoder

    def dense(
        self, vector: NDArray[np.float32], limit: int, filters: Filters = ALL_ARTICLES
    ) -> list[tuple[Passage, float]]:
        """Return up to `limit` passages with their cosine to a unit vector of shape (dimension,), best first."""
        with self._vectors_lock, self._locks.vectors(write=False):
            index = self._open_vectors()
            if not self._is_complete(index):
                raise ArchiveError(
                    f"the vector index of the archive {self.folder} lacks rows: dateline rebuild"
                    f"{rebuild_flag(self.chroma)} makes it again"
                )
            return by_meaning(self._record, index, vector, limit, filters)

    # --- change

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer for several calls of `put` and `index_pending`.

        Raises:
            ArchiveBusy: Another process is writing.
        """
        with self._locks.writing():
            yield

    def put(self, article: Article) -> Change:
        """Store an article with its passages, in place of an older one of the same id.

        It can be found by keyword at once, by meaning after `index_pending`. An article that is
        stored already, with the same words, costs no embedding; new facts of it count as a change.
        """
        with self._locks.writing(), self._record.transaction() as connection:
            query = f"SELECT {ARTICLE}, hash, vectors, state FROM articles WHERE id = ?"  # noqa: S608
            row = connection.execute(query, (article.id,)).fetchone()
            known = row is not None and row[-1] != "removing"
            if known:
                article = with_origin(article, article_of(row))
            if known and has_passages_of(article, article_of(row), row[-3]):
                return "changed" if store_facts(connection, article, article_of(row)) else "unchanged"
            if row:
                forget_copies(connection, article.id)
            store_article(connection, article, row[-2] if row else 0)
            return "changed" if known | retire_older(connection, article) else "added"

    def keep_feed_state(self, url: str, state: FeedState) -> None:
        """Keep what is known of the feed at an address."""
        with self._record.transaction(counts=False) as connection:
            connection.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?, ?, ?, ?)", (url, *astuple(state)))

    def index_pending(self, progress: Callable[[int], None] | None = None) -> None:
        """Embed what waits for it, write the vectors, and finish removals that were cut short.

        A vector index that is not there any more, or lacks rows, is made again from the record. `progress` is called
        with the number of articles whose vectors are written, whenever some are.
        """
        with self._locks.writing():
            self._finish_removals()
            self._find_copies()
            self._queue_lost_vectors()
            while batch := self.pending_batch(_PASSAGES_A_WRITE):
                passages = [passage for _, own in batch for passage in own]
                vectors = self.encoder.encode([text for _, own in batch for text in to_embed(own)])
                stale = [f"{id_}:{n}" for (id_, high), own in batch for n in range(len(own), high)]
                with self._writing_vectors() as index:
                    index.upsert([p.id for p in passages], vectors)
                    index.delete(stale)
                    with self._record.transaction() as connection:
                        connection.executemany(
                            "UPDATE articles SET state = 'indexed', vectors = ? WHERE id = ?",
                            [(len(own), id_) for (id_, _), own in batch],
                        )
                    self._complete_generation = self._vectors_generation
                if progress:
                    progress(len(batch))

    def _queue_lost_vectors(self) -> None:
        """Let all articles wait when the index holds fewer rows than indexed articles have passages."""
        with self._vectors_lock, self._locks.vectors(write=False):
            complete = self._is_complete(self._open_vectors())
        if not complete:
            with self._record.transaction() as connection:
                connection.execute("UPDATE articles SET state = 'pending' WHERE state = 'indexed'")

    def _is_complete(self, index: "VectorIndex") -> bool:
        """Whether the index has a row for each passage that should have one. Call it as `_open_vectors`.

        Both stores change with the generation only, so they are counted once in each: that reads every article's row.
        """
        if self._complete_generation != self._vectors_generation:
            if len(index) < self.vector_count():
                return False
            self._complete_generation = self._vectors_generation
        return True

    def remove(self, ids: Sequence[str]) -> int:
        """Remove articles from the record, the keyword index and the vector index; return how many.

        Raises:
            InputError: An id is unknown; then nothing is removed.
            ArchiveBusy: Another process is writing.
        """
        wanted = list(dict.fromkeys(ids))
        with self._locks.writing():
            for id_ in wanted:
                if self.article(id_) is None:
                    raise InputError(f"no article with the id {id_!r}: dateline articles lists them")
            with self._record.transaction() as connection:
                connection.executemany("UPDATE articles SET state = 'removing' WHERE id = ?", [(i,) for i in wanted])
            self._finish_removals()
            self._find_copies()
        return len(wanted)

    def rebuild(self) -> ChromaServer | None:
        """Make passages, keyword index and vectors again from the articles, whatever is left of them.

        The vectors go to the server that the archive was opened with, else into its folder; return the collection on
        another server that nothing reads any more. Killed anywhere, it leaves an archive that the next `rebuild`, or
        `index_pending`, finishes.

        Raises:
            ArchiveBusy: Another process is writing.
        """
        with self._locks.writing():
            self._record.forget_damaged_keywords()
            left = self._drop_vectors()
            with self._record.transaction() as connection:
                drop_keywords(connection)
                renew_passages(connection)
                make_keywords(connection)
                forget_stories(connection)
            self.index_pending()
        return left

    def copy_into(self, record: Path, ids: Path, vectors: Path) -> int:
        """Copy record and vectors as they are at one moment; return the vectors' dimension.

        The files get the record, the ids of all vectors a line each, and the vectors in their order as 32-bit floats.
        Others may add articles meanwhile, but no vectors.
        """
        with self._vectors_lock, self._locks.vectors(write=False):
            self._record.copy_to(record)
            dimension = 0
            with ids.open("w", encoding="ascii") as names, vectors.open("wb") as numbers:
                for own, rows in self._open_vectors().pages():
                    names.writelines(f"{id_}\n" for id_ in own)
                    numbers.write(rows.astype("<f4").tobytes())
                    dimension = rows.shape[1]
        return dimension

    def take_vectors(self, pages: Iterable[tuple[list[str], NDArray[np.float32]]]) -> None:
        """Fill a new vector index with rows that `copy_into` wrote, by the page: ids, and vectors of length 1."""
        from ingest.archive.chroma import VectorIndex, delete_index

        with self._locks.writing():
            place = new_place(self.folder, self._record, self.chroma, own=True)
            with self._record.transaction() as connection:
                keep_place(connection, place)
            VectorIndex(place, create=True).close()
            try:
                with self._writing_vectors() as index:
                    for ids, vectors in pages:
                        index.upsert(ids, vectors)
            except BaseException:
                self._close_vectors()
                delete_index(place)
                raise

    def vector_ids(self) -> set[str]:
        """Return the ids in the vector index: the same as `passage_ids()` when nothing is pending."""
        with self._vectors_lock, self._locks.vectors(write=False):
            return self._open_vectors().ids()

    def vectors_of(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the unit vectors of passages by id, each of shape (dimension,); those that wait have none."""
        with self._vectors_lock, self._locks.vectors(write=False):
            return self._open_vectors().rows(ids)

    def _finish_removals(self) -> None:
        if not (going := self._record.rows("SELECT id, vectors FROM articles WHERE state = 'removing'")):
            return
        with self._writing_vectors() as index:
            index.delete([f"{id_}:{n}" for id_, high in going for n in range(high)])
            with self._record.transaction() as connection:
                for id_, _ in going:
                    forget_copies(connection, id_)
                connection.executemany("DELETE FROM passages WHERE article_id = ?", [(id_,) for id_, _ in going])
                connection.executemany("DELETE FROM articles WHERE id = ?", [(id_,) for id_, _ in going])
                # The keyword index keeps deleted words until it is merged: 0.4 s at 20,000 passages.
                connection.execute("INSERT INTO keywords (keywords) VALUES ('optimize')")

    def _find_copies(self) -> None:
        """Find the copies of each article that nobody has looked at; killed, it goes on where it was."""
        query = "SELECT id FROM articles WHERE story IS NULL AND state <> 'removing' LIMIT ?"
        while ids := self._record.rows(query, (_ARTICLES_A_LOOK,)):
            with self._record.transaction() as connection:
                for (id_,) in ids:
                    find_copies(connection, id_)

    # --- the two stores

    @contextmanager
    def _writing_vectors(self) -> Iterator["VectorIndex"]:
        with self._vectors_lock, self._locks.vectors(write=True):
            index = self._open_vectors()
            with self._record.transaction() as connection:
                keep_place(connection, self.vector_place())  # a server may have got another address
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            self._vectors_generation = self.generation()
            yield index

    def vector_place(self) -> Path | ChromaServer:
        """Return where the vectors are: a folder, or a collection on a server; they may have been moved since."""
        return present_place(self.folder, self._record, self.chroma)

    def _drop_vectors(self) -> ChromaServer | None:
        """Delete the vector index unseen, for damaged it might end the process that opens it; let all articles wait."""
        from ingest.archive.chroma import delete_index

        with self._vectors_lock, self._locks.vectors(write=True), record_errors(self.folder):
            self._close_vectors()
            left = left_place(self._record, self.chroma)
            place = new_place(self.folder, self._record, self.chroma, own=False)
            if isinstance(place, ChromaServer):  # first: when it does not answer, all stays as it is
                delete_index(place)
            with self._record.transaction() as connection:
                keep_place(connection, place)
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                connection.execute("UPDATE articles SET state = 'pending' WHERE state = 'indexed'")
            delete_index(self.folder / "chroma")
        return left

    def _open_vectors(self) -> "VectorIndex":
        """Return the vector index as it is now. Call it with both vector locks held."""
        generation = self.generation()
        if self._vectors_generation != generation:
            self._close_vectors()
        if self._vectors is None:
            from ingest.archive.chroma import VectorIndex  # importing chromadb takes a second

            # A server without the rows that there should be may be the wrong one.
            self._vectors = VectorIndex(self.vector_place(), create=not self.vector_count())
            self._vectors_generation = generation
        return self._vectors

    def _close_vectors(self) -> None:
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None
