"""Web addresses: one spelling for each, so that the same article keeps its id."""

import re
from urllib.parse import SplitResult, quote, unquote_plus, urljoin, urlsplit, urlunsplit

__all__ = ["joined", "names_a_page", "normal_url", "page_identity", "page_url", "parted", "same_site", "spellings"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What mailings, advertisements and share buttons add. Never what may name the article: id, p, ref, source, cid, page.
_TRACKING = re.compile(
    r"(?:utm|mtm|piwik|matomo|hsa)_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid)|vero_(?:id|conv)"
    r"|ns_(?:mchannel|source|campaign|linkname|fee)|at_(?:medium|campaign\w*|custom\d|link_\w+|format|bbc_team|ptr_name)"
    r"|fbclid|fb_(?:ref|source|action_\w+)|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ysclid|twclid|ttclid"
    r"|li_fat_id|igshid|igsh|mc_[ce]id|mkt_tok|_hsenc|_hsmi|_ga|_gl|_openstat|oly_\w+_id|cmpid|ocid|icid|s_cid|ncid"
    r"|wt[._]z?mc\w*|xtor|ref_src|ref_url|smid|ito|__twitter_impression|share_?token",
    re.IGNORECASE,
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_VARIANT = re.compile(r"(?:www|m|mobile|amp)\.(?=[^.]+\.)")


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
    host = f"[{host}]" if ":" in host else host.removesuffix(".")
    place = host if port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"
    fragment = parts.fragment if parts.fragment.startswith("!") else ""  # '#!' names the page itself
    return urlunsplit((parts.scheme, place, parts.path, _own_query(parts.query), fragment))


def parted(address: str) -> SplitResult:
    """Return the parts of an address, all empty where it is none, such as 'http://[x'."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def joined(base: str, link: str) -> str:
    """Return the address that a link means on the page at `base`; empty where it is none."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def names_a_page(url: str) -> bool:
    """Return whether the address names more than a site: tables are often filled with front pages."""
    parts = urlsplit(url)
    return parts.path.strip("/") != "" or parts.query != ""


def page_identity(url: str) -> str:
    """Return what the spellings of one address share, for one as `normal_url` returns it.

    http or https, with a slash at the end or without, an escape or the letter itself: one article.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # no address: it is like no other
        return url
    host = parts.netloc
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = parts.netloc
    return urlunsplit(("https", host, _spelled(parts.path).rstrip("/"), _spelled(parts.query), parts.fragment))


def spellings(url: str) -> list[str]:
    """Return the addresses that share the page identity of this one, as older versions told them apart."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return [
        urlunsplit((scheme, parts.netloc, path + slash, parts.query, parts.fragment))
        for scheme in ("https", "http")
        for slash in ("", "/")
    ]


def same_site(one: str, other: str) -> bool:
    """Return whether two addresses are of one host, or of its www., m., mobile. and amp. variants.

    No other subdomain is trusted: on many hosts each belongs to somebody else.
    """
    return _site(one) == _site(other) != ""


def page_url(stated: str | None, fetched: str) -> str | None:
    """Return the address of a page: the one it `stated` of itself, where that can be true, else where it was found.

    A page that states another site's address, or a front page, is not believed: it would overwrite that
    site's article, or all of its own site's.
    """
    own = normal_url(stated or "")
    if own and same_site(own, fetched) and (names_a_page(own) or not names_a_page(fetched)):
        return own
    return normal_url(fetched)


def _site(url: str) -> str:
    return _VARIANT.sub("", (parted(url).hostname or "").removesuffix("."), count=1)


def _own_query(query: str) -> str:
    """The query without its tracking parameters; what stays is spelled as it was."""
    own = [pair for pair in query.split("&") if not _TRACKING.fullmatch(unquote_plus(pair.partition("=")[0]))]
    return "&".join(own)


def _spelled(text: str) -> str:
    """Escapes in capitals, and none where the letter needs none (RFC 3986, 6.2.2)."""
    quoted = quote(text, safe="!$%&'()*+,/:;=?@[]~", errors="replace")
    return _ESCAPE.sub(_unescaped, quoted)


def _unescaped(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()
