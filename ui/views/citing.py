"""A place of a stored article as a citation to paste elsewhere: plain, Markdown or BibTeX.

Titles, outlets and texts are hostile input. What is pasted must stay text: no link but the article's own, no
Markdown or TeX of theirs, no control or direction sign that would turn the words around it. The day it was looked
up is not made up: nobody looked anything up.
"""

import re
import unicodedata
from urllib.parse import quote

from ingest.article import Article
from ui.views.present import date_words, safe_link

__all__ = ["bibtex", "citations", "markdown", "plain"]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_LONGEST_FACT = 500  # characters of a title or outlet
# Backslash escapes for every sign that CommonMark lets one escape.
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
# Braces of a value must balance, escaped ones too: so they are named.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{sign: f"\\{sign}" for sign in "$&#_%"},
}  # fmt: skip


def citations(article: Article, start: int, end: int) -> dict[str, str]:
    """Return the three forms of a citation of `article.text[start:end]`; of the whole article when that is empty."""
    words = article.text[max(start, 0) : max(end, 0)]
    return {
        "plain": plain(article, words),
        "markdown": markdown(article, words),
        "bibtex": bibtex(article, words),
    }


def plain(article: Article, words: str) -> str:
    """Return “words” - title, outlet, date, address."""
    link = _link(article)
    facts = ", ".join(filter(None, (_fact(article.title), _origin(article), _date(article), link)))
    said = _words(words)
    return f"“{said}” — {facts}" if said else facts


def markdown(article: Article, words: str) -> str:
    """Return the words as a block quote, and under it where they stand, the title as a link if there is one."""
    title, link = _marked_down(_fact(article.title)), _link(article)
    shown = f"[{title}](<{link}>)" if link else title
    facts = ", ".join(filter(None, (shown, _marked_down(_origin(article)), _date(article))))
    said = _words(words)
    if not said:
        return facts
    # Indentation would make a line code; a blank line ends the quote unless it is quoted itself.
    lines = [f"> {_marked_down(line.strip())}".rstrip() for line in said.split("\n")]
    return "\n".join([*lines, ">", f"> — {facts}"])


def bibtex(article: Article, words: str) -> str:
    """Return a BibTeX entry with the words as its annotation; `date` is biblatex's, the others BibTeX's own."""
    outlet, published, link = _fact(article.outlet or ""), article.published or "", _link(article)
    fields = [("title", f"{{{_tex(_fact(article.title))}}}")]
    if author := _fact(article.author or ""):
        fields.append(("author", f"{{{_tex(author)}}}"))  # as it is signed: nobody knows which part is the surname
    if outlet:
        fields.append(("journal", _tex(outlet)))
    if published:
        fields += [("date", published), ("year", published[:4])]
    if len(published) > 7:
        fields.append(("day", str(int(published[8:10]))))
    if link:
        fields.append(("url", link))
    if said := " ".join(_words(words).split()):
        fields.append(("annote", _tex(f"“{said}”")))
    lines = [f"  {name} = {{{value}}}," for name, value in fields]
    if len(published) >= 7:
        lines.append(f"  month = {_MONTHS[int(published[5:7]) - 1]},")
    return "\n".join([f"@{'article' if outlet else 'misc'}{{{_key(article)},", *lines, "}"])


def _words(words: str) -> str:
    """Return quoted words without signs that nobody sees; all others, line breaks too, as they are."""
    return "".join(sign for sign in words if sign == "\n" or _visible(sign)).strip()


def _fact(text: str) -> str:
    """Return a title or an outlet as one line."""
    return "".join(sign for sign in " ".join(text[: 2 * _LONGEST_FACT].split()) if _visible(sign))[:_LONGEST_FACT]


def _visible(sign: str) -> bool:
    """Whether a sign is no control (Cc), half of a pair (Cs), or turn of direction."""
    return unicodedata.category(sign) not in {"Cc", "Cs"} and unicodedata.bidirectional(sign) not in {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


def _origin(article: Article) -> str:
    return _fact(article.outlet or article.source)


def _date(article: Article) -> str | None:
    return date_words(article.published) if article.published else None


def _link(article: Article) -> str | None:
    """Return the address with everything encoded that could end it where it is pasted."""
    link = safe_link(article.url)
    return quote(link[:2000], safe="/:?#[]@!$&'()*+,;=%-._~") if link else None


def _marked_down(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _key(article: Article) -> str:
    """Return outlet, year and the first long word of the title, as far as they are plain letters; else the id."""

    def plain_letters(text: str) -> list[str]:
        folded = unicodedata.normalize("NFKD", text[:_LONGEST_FACT]).encode("ascii", "ignore").decode().lower()
        return re.findall(r"[a-z0-9]+", folded)

    outlet = "".join(plain_letters(article.outlet or ""))[:20]
    title = next((word for word in plain_letters(article.title) if len(word) > 3), "")[:20]
    year = (article.published or "")[:4]
    number = "".join(plain_letters(article.id))[:8]
    return f"{outlet}{year}{title}-{number}" if outlet or title else f"article{year}-{number}"
