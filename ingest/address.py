"""Web addresses: one spelling for each, so that the same article keeps its id."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = ["names_a_page", "normal_url"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_ga|cmpid|ocid")


def normal_url(url: str) -> str | None:
    """Return a web address in one spelling, or None if it is none.

    Scheme and host in lower case; no user name, default port, fragment or tracking parameters.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or not url.strip().isprintable() or " " in url.strip():
        return None
    host = f"[{host}]" if ":" in host else host
    place = host if port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"
    return urlunsplit((parts.scheme, place, parts.path, _own_query(parts.query), ""))


def names_a_page(url: str) -> bool:
    """Return whether the address names more than a site: tables are often filled with front pages."""
    parts = urlsplit(url)
    return parts.path.strip("/") != "" or parts.query != ""


def _own_query(query: str) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True)
    except ValueError:  # more parameters than anybody writes
        return query
    own = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    return query if len(own) == len(pairs) else urlencode(own)
