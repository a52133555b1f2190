"""Who is logged in, and who has guessed too often. Both in memory and bounded: a restart logs everybody out."""

import hashlib
import hmac
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["SESSION_SECONDS", "Sessions", "Throttle"]

SESSION_SECONDS = 12 * 3600
_MOST_SESSIONS = 10_000
# An address may guess 5 times, a name 20 times (its owner must not be locked out by others so soon); then it waits,
# and each failure doubles the wait.
_FREE = {"address": 5, "name": 20}
_FIRST_WAIT = 10.0
_LONGEST_WAIT = {"address": 300.0, "name": 30.0}
_FORGOTTEN_AFTER = 900.0
_MOST_WATCHED = 10_000


class Sessions:
    """Cookies that say who is logged in: `id.signature`, the signature by a key of this process. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nobody logged in."""
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def begin(self, name: str) -> str:
        """Log a name in; return the cookie's value. It is good for 12 hours, or until 10,000 others came."""
        id_ = secrets.token_urlsafe(24)
        with self._lock:
            self._open[id_] = (name, self._clock() + SESSION_SECONDS)
            if len(self._open) > _MOST_SESSIONS:
                self._open.popitem(last=False)
        return f"{id_}.{self._signature(id_)}"

    def name(self, cookie: str | None) -> str | None:
        """Return who a cookie says is logged in; None when it is none of ours, ended or too old."""
        id_ = self._id(cookie)
        with self._lock:
            name, until = self._open.get(id_, (None, 0.0))
            if name is not None and self._clock() >= until:
                del self._open[id_]
                return None
            return name

    def end(self, cookie: str | None) -> None:
        """Log out: the cookie is worth nothing any more."""
        with self._lock:
            self._open.pop(self._id(cookie), None)

    def _id(self, cookie: str | None) -> str:
        id_, _, signature = (cookie or "")[:200].partition(".")
        good = hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(id_).encode())
        return id_ if good else ""

    def _signature(self, id_: str) -> str:
        return hmac.new(self._key, id_.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


class Throttle:
    """Makes those wait who gave wrong passwords, by address and by name. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nobody waiting."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def wait(self, address: str, name: str) -> int:
        """Return the whole seconds until a password may be tried; 0 for at once.

        A try that may go on counts as wrong until `succeeded`, so that many at the same time do not slip through.
        """
        now = self._clock()
        keys = _keys(address, name)
        with self._lock:
            left = max(self._left(key, now) for key in keys)
            if left > 0:
                return int(left) + 1
            for key in keys:
                count, last = self._failures.pop(key, (0, now))
                self._failures[key] = (1 if now - last > _FORGOTTEN_AFTER else count + 1, now)
            while len(self._failures) > _MOST_WATCHED:
                self._failures.popitem(last=False)
        return 0

    def succeeded(self, address: str, name: str) -> None:
        """Forget the failures of who knew the password."""
        with self._lock:
            for key in _keys(address, name):
                self._failures.pop(key, None)

    def _left(self, key: tuple[str, str], now: float) -> float:
        count, last = self._failures.get(key, (0, now))
        beyond = count - _FREE[key[0]]
        if beyond < 0 or now - last > _FORGOTTEN_AFTER:
            return 0.0
        return last + min(_FIRST_WAIT * 2.0 ** min(beyond, 20), _LONGEST_WAIT[key[0]]) - now


def _keys(address: str, name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    # One home has 2^64 IPv6 addresses. A name is digested: what is kept of a long one must not be long.
    try:
        parsed = ipaddress.ip_address(address)
        network = str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
    except ValueError:
        network = address[:64]
    return ("address", network), ("name", hashlib.sha256(name.encode("utf-8", "replace")).hexdigest())
