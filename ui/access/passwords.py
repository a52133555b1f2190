"""Passwords: hashed for the file of accounts, and checked against it."""

import base64
import getpass
import hashlib
import hmac
import secrets
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from ingest.errors import InputError

__all__ = ["ask_password", "check_password", "hash_password", "read_accounts"]

# scrypt (RFC 7914) with OWASP's parameters for 32 MiB: 0.2 s a try on one core, and as much memory a guess.
_N, _R, _P = 2**15, 8, 3
_MOST_MEMORY = 256 * 1024 * 1024
_SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = 1000
_LONGEST_NAME = 64
_LARGEST_FILE = 1_000_000
_MAKE = "make a line with dateline password NAME"
# One try at a time: many at once would hold 32 MiB and a processor each, before anybody is let in.
_checking = threading.Lock()


def hash_password(name: str, password: str) -> str:
    """Return the line `name:scrypt$N$r$p$salt$hash` for the file of accounts.

    Raises InputError for a name that is empty, over 64 characters or holds ':' or control characters, and for a
    password under 8 or over 1,000 characters.
    """
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or ":" in name or name != name.strip():
        raise InputError(f"{name[:_LONGEST_NAME]!r} is no name for a login: use letters and digits, and no ':'")
    if name.startswith("#"):
        raise InputError(f"{name!r} is no name for a login: '#' begins a comment in the file")
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise InputError(
            f"a password of {len(password)} characters: choose one of {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD:,}"
        )
    salt = secrets.token_bytes(16)
    return f"{name}:scrypt${_N}${_R}${_P}${_text(salt)}${_text(_scrypt(password, salt, _N, _R, _P))}"


def ask_password() -> str:
    """Return a password, typed twice at the terminal without being shown, or the first line of stdin.

    Raises InputError when the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline(_LONGEST_PASSWORD + 2).rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise InputError("the two passwords differ: type the same one twice")
    return password


def read_accounts(path: Path) -> dict[str, str]:
    """Return the hash of each name in a file of `name:hash` lines; empty lines and those that begin with # are none.

    Raises InputError when the file cannot be read, holds no account, or a line that is none.
    """
    accounts: dict[str, str] = {}
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not name or _parameters(hashed) is None:
            raise InputError(f"line {number} of {path} is no login: {_MAKE}")
        if name in accounts:
            raise InputError(f"line {number} of {path} gives {name!r} again: keep one of the two")
        accounts[name] = hashed
    if not accounts:
        raise InputError(f"{path} holds no login: {_MAKE}")
    return accounts


def check_password(accounts: Mapping[str, str], name: str, password: str) -> bool:
    """Whether this is the password of an account. Takes as long for a name that there is not."""
    hashed = accounts.get(name)
    parameters = _parameters(hashed if hashed is not None else next(iter(accounts.values())))
    assert parameters
    n, r, p, salt, expected = parameters
    with _checking:
        given = _scrypt(password[:_LONGEST_PASSWORD], salt, n, r, p)
    return hmac.compare_digest(given, expected) and hashed is not None and len(password) <= _LONGEST_PASSWORD


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=32)


def _parameters(hashed: str) -> tuple[int, int, int, bytes, bytes] | None:
    """Return N, r, p, salt and hash; None when the text is no hash that costs between a little and too much."""
    try:
        kind, *numbers, salt, digest = hashed.split("$")
        n, r, p = (int(number) for number in numbers)
        raw = base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
    except ValueError:
        return None
    costs = kind == "scrypt" and n in {2**power for power in range(14, 18)} and r == 8 and 1 <= p <= 8
    return (n, r, p, *raw) if costs and len(raw[0]) >= 8 and len(raw[1]) == 32 else None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise InputError(f"{path} is no file of logins, it is over 1 MB: {_MAKE}")
        return content.decode("utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot read {path} ({error.strerror}): {_MAKE} >> {path}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no file of logins, it is not UTF-8: {_MAKE}") from error
