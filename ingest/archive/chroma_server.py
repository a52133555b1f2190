"""Where an archive's vectors lie: in its folder, or on a Chroma server of one's own.

The record's `meta` keeps the address of the server that has them ('chroma', no row when the folder has them) and the
name of the archive's collection there ('chroma_collection'), never what it takes to be let in. An address that a
record names is only told, never asked: the record may be another's.
"""

import base64
import os
import sqlite3
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest.archive.sqlite import Record
from ingest.errors import ArchiveError, InputError

__all__ = ["ChromaServer", "keep_place", "left_place", "new_place", "place_facts", "present_place", "rebuild_flag"]

_TOKEN = "DATELINE_CHROMA_TOKEN"  # noqa: S105  # the variable's name


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """A Chroma server, and the collection of an archive on it.

    Attributes:
        address: http://HOST:PORT, with nothing secret in it.
        headers: What is sent with each request to be let in.
        collection: The collection's name; empty until it is known which archive's.
    """

    address: str
    headers: dict[str, str] = field(repr=False)
    collection: str = ""

    @classmethod
    def parse(cls, url: str) -> "ChromaServer":
        """Return the server at a URL. Its user and password, or DATELINE_CHROMA_TOKEN, become headers.

        Raises:
            InputError: It is no such URL, or no such token. What may be secret is not told.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        wrong = not host or parts.scheme not in ("http", "https") or not url.isascii() or not url.isprintable()
        if wrong or parts.query or parts.fragment:
            raise InputError(
                f"--chroma or DATELINE_CHROMA is no address of a server: give http://HOST:PORT, and a token in {_TOKEN}"
            )
        shown = f"[{host}]" if ":" in str(host) else host
        address = f"{parts.scheme}://{shown}{f':{port}' if port is not None else ''}{parts.path.rstrip('/')}"
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            return cls(address, {"Authorization": f"Basic {base64.b64encode(login).decode()}"})
        token = os.environ.get(_TOKEN, "").strip()
        if not (token.isascii() and token.isprintable()):
            raise InputError(f"{_TOKEN} is no token: it may hold only printable ASCII characters")
        return cls(address, {"Authorization": f"Bearer {token}"} if token else {})


def place_facts(server: ChromaServer | None) -> dict[str, str]:
    """Return what the `meta` of a new archive says of its vectors' place."""
    return {} if server is None else {"chroma": server.address, "chroma_collection": _new_name()}


def present_place(folder: Path, record: Record, server: ChromaServer | None) -> Path | ChromaServer:
    """Return where the vectors of an archive lie.

    Raises:
        ArchiveError: They are on a server and none was given, or the other way round.
    """
    facts = _facts(record)
    if server is None and "chroma" in facts:
        raise ArchiveError(
            f"the vectors of the archive {folder} are on Chroma at {facts['chroma']}: add --chroma {facts['chroma']},"
            " or bring them back with dateline rebuild"
        )
    if server is None:
        return folder / "chroma"
    if "chroma" not in facts:
        raise ArchiveError(
            f"the vectors of the archive {folder} are in its folder: leave --chroma and DATELINE_CHROMA out, or move"
            f" them with dateline rebuild --chroma {server.address}"
        )
    return replace(server, collection=facts.get("chroma_collection", ""))


def new_place(folder: Path, record: Record, server: ChromaServer | None, *, own: bool) -> Path | ChromaServer:
    """Return where vectors that are made anew go. `own`: not into the collection that the record knows."""
    if server is None:
        return folder / "chroma"
    known = None if own else _facts(record).get("chroma_collection")
    return replace(server, collection=known or _new_name())


def left_place(record: Record, server: ChromaServer | None) -> ChromaServer | None:
    """Return the collection that stays behind when the vectors are made anew on another server, or in the folder."""
    facts = _facts(record)
    if "chroma" not in facts or (server is not None and server.address == facts["chroma"]):
        return None
    return ChromaServer(facts["chroma"], {}, facts.get("chroma_collection", ""))


def keep_place(connection: sqlite3.Connection, place: Path | ChromaServer) -> None:
    """Write into the record where the vectors lie."""
    if isinstance(place, ChromaServer):
        facts = [("chroma", place.address), ("chroma_collection", place.collection)]
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts)
    else:
        connection.execute("DELETE FROM meta WHERE key = 'chroma'")


def rebuild_flag(server: ChromaServer | None) -> str:
    """Return what to add to `dateline rebuild` so that the vectors stay where they are."""
    return "" if server is None else f" --chroma {server.address}"


def _facts(record: Record) -> dict[str, str]:
    return dict(record.rows("SELECT key, value FROM meta WHERE key IN ('chroma', 'chroma_collection')"))


def _new_name() -> str:
    return f"dateline-{uuid.uuid4().hex}"
