"""What the vector index holds, found out in a process of its own: damaged, it may end the process that opens it.

`python -m ingest.archive.probe FOLDER` prints one line of JSON: the fields of Probed, or {"error": "..."}.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.archive.chroma_server import ChromaServer
from ingest.errors import ArchiveError

__all__ = ["Probed", "main", "probe_vectors"]

_SEARCHED = 32
_UNIT = 1e-3  # how far from 1 the length of a vector may be
_SAME = 1e-3  # and from 1 the cosine of what is found when a vector is searched
_WAIT = 1800  # seconds; 100,000 rows are read in less than one minute


@dataclass(frozen=True, slots=True)
class Probed:
    """What the index was found to hold.

    Attributes:
        ids: Those of its rows.
        odd: How many rows are no vectors of length 1.
        searched: How many of the others, evenly spread, were searched.
        lost: How many of those a search does not find.
        vectors: The vectors of the ids that were asked for, as far as they are there.
    """

    ids: frozenset[str]
    odd: int
    searched: int
    lost: int
    vectors: dict[str, list[float]]


def probe_vectors(place: Path | ChromaServer, wanted: list[str], apart: bool = True) -> Probed | str:
    """Return what the vector index in a folder or on a server holds, or in a few words why it cannot be used.

    Call it while nobody writes. `wanted` are ids whose vectors to return. `apart`: in a process of its own, which one
    on a server does not need.

    Raises:
        ArchiveError: The server does not answer, or does not have it.
    """
    if isinstance(place, ChromaServer):
        return _told(_opened(place, set(wanted)))
    if not (place / "chroma.sqlite3").is_file():
        return "it is not there"
    said = _said_apart(place, wanted) if apart else _said(place, set(wanted))
    if isinstance(said, str) or "error" in said:
        return said if isinstance(said, str) else str(said["error"])
    return _told(said)


def _told(said: dict[str, Any]) -> Probed:
    return Probed(frozenset(said["ids"]), said["odd"], said["searched"], said["lost"], said["vectors"])


def _said_apart(folder: Path, wanted: list[str]) -> dict[str, Any] | str:
    command = [sys.executable, "-m", "ingest.archive.probe", str(folder.resolve())]
    run = subprocess.run(  # noqa: S603
        command,
        input="\n".join(wanted),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=_WAIT,
        check=False,
    )
    try:
        said: dict[str, Any] = json.loads(run.stdout)
    except ValueError:
        return f"reading it ended with status {run.returncode}"
    return said


def main() -> None:
    """Print what the index in the folder named on the command line holds."""
    print(json.dumps(_said(Path(sys.argv[1]), set(sys.stdin.read().split()))))


def _said(folder: Path, wanted: set[str]) -> dict[str, Any]:
    try:
        return _opened(folder, wanted)
    except ArchiveError as error:
        return {"error": str(error)}


def _opened(place: Path | ChromaServer, wanted: set[str]) -> dict[str, Any]:
    from ingest.archive.chroma import VectorIndex

    index = VectorIndex(place, create=False)
    try:
        return _read(index, wanted)
    finally:
        index.close()


def _read(index: Any, wanted: set[str]) -> dict[str, Any]:
    ids: list[str] = []
    odd = searched = lost = 0
    vectors: dict[str, list[float]] = {}
    every = max(1, len(index) // _SEARCHED)
    for own, rows in index.pages():
        sound = np.abs(np.linalg.norm(rows, axis=1) - 1) <= _UNIT  # not so where a number is none
        odd += int(len(own) - sound.sum())
        for number, (id_, row) in enumerate(zip(own, rows, strict=True), start=len(ids)):
            if id_ in wanted:
                vectors[id_] = [float(value) for value in row]
            if sound[number - len(ids)] and number % every == 0 and searched < _SEARCHED:
                found = index.search(row, 1)
                searched += 1
                lost += not found or found[0][1] < 1 - _SAME
        ids += own
    return {"ids": ids, "odd": odd, "searched": searched, "lost": lost, "vectors": vectors}


if __name__ == "__main__":
    main()
