"""Who may reach the app: by which address and name, with which login and token. Worked out from the flags."""

import hashlib
import hmac
import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ingest.errors import InputError
from ui.access.passwords import read_accounts

__all__ = ["LOOPBACK", "OPEN", "Access", "Network", "access_for", "is_loopback"]

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})")
_TOKEN = re.compile(r"[\x21-\x7e]{20,1000}")
_MAKE_TOKEN = """make one with python3 -c 'import secrets; print(secrets.token_urlsafe())' > FILE"""  # noqa: S105


@dataclass(frozen=True, slots=True)
class Access:
    """Who may reach the app.

    Attributes:
        hosts: The names that a request may call it by, in small letters; IPv6 addresses without brackets.
        accounts: The hash of each name that may log in; empty when the page needs no login.
        token: SHA-256 of the token that programs send; None when they need none.
        proxy: The addresses whose X-Forwarded-For and X-Forwarded-Proto are believed; None for nobody's.
    """

    hosts: frozenset[str] = frozenset(LOOPBACK)
    accounts: Mapping[str, str] = field(default_factory=dict)
    token: bytes | None = None
    proxy: Network | None = None

    def address(self, host: str, port: int) -> str:
        """Return where a browser finds what listens on `host`: for all addresses, by the first of the names it has."""
        if host in _EVERY_ADDRESS:
            host = min(self.hosts - set(LOOPBACK), default="localhost")
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    @property
    def closed(self) -> bool:
        """Whether anything is needed to get in."""
        return bool(self.accounts or self.token)

    def knows(self, token: str) -> bool:
        """Whether this is the token, in a time that does not tell how much of it is right."""
        given = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        return self.token is not None and hmac.compare_digest(given, self.token)


OPEN = Access()
"""This machine only, with no login and no token."""


def access_for(
    host: str,
    *,
    auth: Path | None = None,
    token_file: Path | None = None,
    allow_hosts: Sequence[str] = (),
    behind_proxy: str | None = None,
) -> Access:
    """Return who may reach an app that listens on `host`.

    The token is the one in `token_file`, else in DATELINE_TOKEN. Loopback needs neither it nor a login.

    Raises:
        InputError: Others can reach the host and the login, the token or the names are missing; or one of
            them cannot be used.
    """
    names = [_host_name(name) for name in allow_hosts]
    access = Access(
        frozenset((*LOOPBACK, *names, *(() if host in _EVERY_ADDRESS else (_host_name(host),)))),
        read_accounts(auth) if auth else {},
        _token(token_file),
        _network(behind_proxy),
    )
    if not is_loopback(host):
        _check_closed(host, access, named=bool(names) or host not in _EVERY_ADDRESS)
    return access


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    return host in LOOPBACK


def _check_closed(host: str, access: Access, *, named: bool) -> None:
    missing = [
        *([] if access.accounts else ["a login (dateline password NAME > FILE, then --auth FILE)"]),
        *([] if access.token else [f"a token for programs (--token-file FILE, or DATELINE_TOKEN; {_MAKE_TOKEN})"]),
        *([] if named else ["the name that people call it by (--allow-host NAME)"]),
    ]
    if missing:
        needed = ", ".join(missing)
        raise InputError(f"will not listen on {host!r}, which others can reach, without {needed}; or use 127.0.0.1")


def _host_name(name: str) -> str:
    bare = name.removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        if _NAME.fullmatch(name):
            return name.lower()
    raise InputError(f"{name[:80]!r} is no host name: give it as people type it, without http:// and port")


def _token(file: Path | None) -> bytes | None:
    told_by = str(file) if file else "DATELINE_TOKEN"
    try:
        token = file.read_text(encoding="utf-8").strip() if file else os.environ.get("DATELINE_TOKEN", "").strip()
    except OSError as error:
        raise InputError(f"cannot read the token in {file} ({error.strerror}): {_MAKE_TOKEN}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} holds no token, it is not text: {_MAKE_TOKEN}") from error
    if not token and not file:
        return None
    if not _TOKEN.fullmatch(token):
        raise InputError(f"{told_by} holds no token of 20 to 1,000 letters, digits and signs: {_MAKE_TOKEN}")
    return hashlib.sha256(token.encode("ascii")).digest()


def _network(address: str | None) -> Network | None:
    if address is None:
        return None
    try:
        return ipaddress.ip_network(address)
    except ValueError as error:
        raise InputError(f"{address[:80]!r} is no address of a proxy: give one such as 172.17.0.1") from error
