"""Whether record, keyword index and vector index agree."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from ingest.archive import Archive
from ingest.archive.chroma_server import rebuild_flag
from ingest.archive.probe import probe_vectors
from ingest.archive.rows import ARTICLE, article_of, has_passages_of
from ingest.archive.sqlite import Record
from ingest.errors import ArchiveError
from ingest.passages import to_embed

__all__ = ["Finding", "check"]

_REBUILD = "dateline rebuild"
_INGEST = "dateline ingest"  # of anything: it first finishes what waits
_RESTORE = "dateline restore"
_SAME = (
    0.99  # the cosine of a passage's vector with one made anew: other cores round otherwise, other words differ more
)
# How many of the vectors that are searched may not be found: a graph of neighbours loses a few rows.
_MOST_LOST = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an archive, as one line, and the command that mends it."""

    problem: str
    remedy: str


def check(archive: Archive, sample: int = 0, *, apart: bool = True) -> list[Finding]:
    """Return what is wrong with an archive: nothing when record, keyword index and vector index agree.

    Every passage is compared with its article's words, every word with the keyword index, every vector's id with the
    passages' and its length with 1. `sample` passages, evenly spread, are embedded again and compared with their
    vectors. The vector index is read in a process of its own, which it may end when it is damaged, unless `apart` is
    false.

    Raises:
        ArchiveBusy: Another process is writing.
        ArchiveError: The server that has the vectors does not answer, or lost them.
        ModelError: The encoder is not at hand, and a sample is wanted.
    """
    record = archive.record
    with nullcontext() if record.protected else archive.writing():
        try:
            (damage,) = record.rows("PRAGMA quick_check(1)")[0]
        except ArchiveError as error:
            damage = _cause(error)
        if damage != "ok":
            return [Finding(f"the record is damaged: {damage.splitlines()[-1]}", _RESTORE)]
        if damaged := _texts(record):  # what is made again of them would be damaged, too
            return [Finding(f"{_count(damaged, 'article')} whose text is damaged, such as {damaged[0]}", _RESTORE)]
        found = [*_keywords(record), *_passages(record), *_waiting(record), *_vectors(archive, sample, apart)]
        # Without the flag a rebuild would bring the vectors back from a server.
        return [Finding(one.problem, one.remedy + rebuild_flag(archive.chroma)) for one in found]


def _texts(record: Record) -> list[str]:
    """Return the ids of articles whose words, names or days are not those that were stored, or no text any more.

    Those of an older splitter have another digest, too; they are left to be cut again where their passages agree.
    """
    damaged = []
    as_bytes = ", ".join(f"CAST({name} AS BLOB)" for name in ARTICLE.split(", "))
    for (key,) in record.rows("SELECT CAST(id AS BLOB) FROM articles WHERE state <> 'removing' ORDER BY id"):
        row = record.rows(f"SELECT {as_bytes}, hash FROM articles WHERE CAST(id AS BLOB) = ?", (key,))[0]  # noqa: S608
        *facts, place, story, digest = row
        try:
            stored = article_of([*(fact if fact is None else fact.decode("utf-8") for fact in facts), place, story])
        except UnicodeDecodeError:
            damaged.append(key.decode("utf-8", "replace"))
            continue
        if not has_passages_of(stored, stored, digest) and not _agree(
            stored.title, stored.text, _own(record, stored.id)
        ):
            damaged.append(stored.id)
    return damaged


def _keywords(record: Record) -> Iterator[Finding]:
    try:
        record.compare_keywords()
    except ArchiveError as error:
        yield Finding(f"the keyword index does not agree with the passages ({_cause(error)})", _REBUILD)


def _passages(record: Record) -> Iterator[Finding]:
    """Compare each passage with the words of its article, an article at a time."""
    wrong: list[str] = []
    bare: list[str] = []
    for (id_,) in record.rows("SELECT id FROM articles WHERE state <> 'removing' ORDER BY id"):
        title, text = record.rows("SELECT title, text FROM articles WHERE id = ?", (id_,))[0]
        own = _own(record, id_)
        if not own:
            bare.append(id_)
        if not _agree(title, text, own):
            wrong.append(id_)
    lost = [f"{id_}:{n}" for id_, n in record.rows(
        "SELECT article_id, position FROM passages WHERE article_id NOT IN (SELECT id FROM articles) ORDER BY 1, 2"
    )]  # fmt: skip
    if bare:
        yield Finding(f"{_count(bare, 'article')} without passages, such as {bare[0]}", _REBUILD)
    if wrong:
        yield Finding(f"{_count(wrong, 'article')} whose passages are other words, such as {wrong[0]}", _REBUILD)
    if lost:
        yield Finding(f"{_count(lost, 'passage')} of no article, such as {lost[0]}", _REBUILD)


def _own(record: Record, id_: str) -> list[tuple[int, int, int, str, str]]:
    """The passages of an article: position, start, end, title and words, damaged bytes of them replaced."""
    rows = record.rows(
        "SELECT position, start, end, CAST(title AS BLOB), CAST(text AS BLOB) FROM passages WHERE article_id = ?"
        " ORDER BY position",
        (id_,),
    )
    return [
        (*places, title.decode("utf-8", "replace"), text.decode("utf-8", "replace")) for *places, title, text in rows
    ]


def _agree(title: str, text: str, own: list[tuple[int, int, int, str, str]]) -> bool:
    """Whether passages are slices of their article's words, in order."""
    return [row[0] for row in own] == list(range(len(own))) and all(
        (text[start:end], title) == (words, headline) for _, start, end, headline, words in own
    )


def _waiting(record: Record) -> Iterator[Finding]:
    for test, what in (
        ("state = 'pending'", "waiting for vectors"),
        ("state = 'removing'", "half removed"),
        ("state = 'indexed' AND story IS NULL", "not compared with others"),
    ):
        ids = [row[0] for row in record.rows(f"SELECT id FROM articles WHERE {test} ORDER BY id")]  # noqa: S608
        if ids:
            yield Finding(f"{_count(ids, 'article')} {what}, such as {ids[0]}", _INGEST)


def _vectors(archive: Archive, sample: int, apart: bool) -> Iterator[Finding]:
    states = dict(archive.record.rows("SELECT id, state FROM articles"))
    passages = sorted(archive.passage_ids())
    settled = [id_ for id_ in passages if states.get(id_.partition(":")[0]) == "indexed"]
    if not passages:
        return
    chosen = settled[:: max(1, len(settled) // sample)][:sample] if sample else []
    probed = probe_vectors(archive.vector_place(), chosen, apart)
    if isinstance(probed, str):
        yield Finding(f"the vector index cannot be used: {probed}", _REBUILD)
        return
    missing = [id_ for id_ in settled if id_ not in probed.ids]
    # Those of articles that wait may or may not be there.
    extra = sorted(
        id_ for id_ in probed.ids.difference(passages) if states.get(id_.partition(":")[0], "indexed") == "indexed"
    )
    if missing:
        yield Finding(f"{_count(missing, 'passage')} without a vector, such as {missing[0]}", _REBUILD)
    if extra:
        yield Finding(f"{_count(extra, 'vector')} of no passage, such as {extra[0]}", _REBUILD)
    if probed.odd:
        yield Finding(f"{probed.odd:,} of {len(probed.ids):,} vectors are damaged", _REBUILD)
    if probed.lost > _MOST_LOST * probed.searched:
        yield Finding(f"a search loses {probed.lost:,} of {probed.searched:,} vectors", _REBUILD)
    yield from _embedded_again(archive, probed.vectors)


def _embedded_again(archive: Archive, stored: dict[str, list[float]]) -> Iterator[Finding]:
    passages = archive.passages(list(stored))
    if not passages:
        return
    before = {(p.article_id, p.index): p for p in archive.passages([f"{p.article_id}:{p.index - 1}" for p in passages])}
    pairs = [[*filter(None, [before.get((p.article_id, p.index - 1))]), p] for p in passages]
    anew = archive.encoder.encode([to_embed(pair)[-1] for pair in pairs])
    # Older archives have the sentence that it shares with the one before it in both.
    whole = archive.encoder.encode([to_embed([p])[0] for p in passages])
    vectors = np.array([stored[p.id] for p in passages], dtype=np.float32)
    if vectors.shape != anew.shape:
        yield Finding("the vectors are not of the archive's encoder", _REBUILD)
        return
    cosines = np.maximum((vectors * anew).sum(axis=1), (vectors * whole).sum(axis=1))
    other = [p.id for p, cosine in zip(passages, cosines, strict=True) if not cosine >= _SAME]
    if other:
        yield Finding(
            f"of {len(passages):,} passages embedded again, {len(other):,} have another vector, such as {other[0]}",
            _REBUILD,
        )


def _cause(error: ArchiveError) -> str:
    return str(error.__cause__ or error)


def _count(ids: list[str], what: str) -> str:
    return f"{len(ids):,} {what}{'' if len(ids) == 1 else 's'}"
