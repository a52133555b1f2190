"""Made-up input for every rule that reads questions and articles, and for every parser. The long run is a command:

    python -m tests.fuzz --minutes 60 --seed 1

It prints each input that raises, or whose time grows faster than n log n up to 50,000 letters, and ends with 1 if there
was any. The short run is test_fuzz.py.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from ingest import address, passages
from ingest.archive import copies
from ingest.article import Article
from ingest.errors import InputError
from ingest.filters import Filters
from ingest.passages import sentence_spans
from ingest.read import (
    clean,
    credits,
    dates,
    fields,
    furniture,
    language,
    mail,
    markdown,
    newswire,
    office,
    records,
    syndication,
    webpage,
)
from ingest.read.decode import NotText, decode
from ingest.read.documents import read_document
from ingest.read.draft import Draft, Unreadable
from ingest.read.package import parse_xml
from ingest.web import sitemap
from ingest.worker import bounded
from qa.answer import lists as listing
from qa.english import equality as sameness
from qa.english import numbers as figures
from qa.english import sentence_dates as said_dates
from qa.english import wording
from qa.english import words as terms
from qa.english.date_grammar import date_phrases
from qa.question import date_ellipsis, pronouns
from qa.question import dates as asked_dates
from qa.question import ellipsis as fragments
from qa.question import forms as question
from qa.question import topic as subject

LONGEST = 50_000  # letters
_FEWEST_SECONDS = 0.3  # of the processor for the longest input; below this nobody waits, and a ratio says nothing
_MOST_FOR_FEW = 5.0
# From an eighth of the length n log n takes 9.3 times as long, n squared 64.
_EIGHTH, _MOST_TIMES = 8, 30.0
_TODAY = date(2026, 3, 14)
_FILES = Path(__file__).parent / "ingest" / "files"


def _within(rule: Callable[[str, int, int, tuple[int, int]], object]) -> Callable[[str], object]:
    """A rule for a span in a sentence, given the middle of a text that is one sentence."""

    def run(text: str) -> object:
        third = len(text) // 3
        return rule(text, third, max(third + 1, min(2 * third, third + 60)), (0, len(text)))

    return run


def _halves(rule: Callable[[str, str], object]) -> Callable[[str], object]:
    return lambda text: rule(text[: len(text) // 2], text[len(text) // 2 :])


def _article(text: str) -> Article:
    return Article("a", "Title", text or "a", "a.txt")


def _pronoun(text: str) -> object:
    match = pronouns.outside_pronoun(text)
    return pronouns.replaced(text, match, "Ada Lund") if match else None


def _with_word(rule: Callable[[str], object]) -> Callable[[str], object]:
    """A rule that is called with a question, which has a word."""
    return lambda text: rule(f"a{text}") if not text.strip() else rule(text)


def _refused(use: Callable[[], object]) -> None:
    """Let a rule refuse its input, which is no fault."""
    with suppress(InputError, NotText, Unreadable):
        use()


def _file(read: Callable[[bytes], object], begin: str = "", end: str = "") -> Callable[[str], object]:
    """A parser, given a text between a beginning and an end; what it yields is taken to the end."""

    def run(text: str) -> object:
        def whole() -> object:
            found = read(f"{begin}{text}{end}".encode("utf-8", "replace"))
            return list(found) if isinstance(found, Iterator) else found

        return _refused(whole)

    return run


def _records(kind: str) -> Callable[[bytes], Iterator[object]]:
    def read(data: bytes) -> Iterator[object]:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / f"a{kind}").write_bytes(data)
            yield from records.read_records(Path(folder) / f"a{kind}")

    return read


RULES: dict[str, Callable[[str], object]] = {
    # questions
    "search_terms": terms.search_terms,
    "expected_type": question.expected_type,
    "form_of": question.form_of,
    "asks_figure": question.asks_figure,
    "is_time_sensitive": question.is_time_sensitive,
    "fits_type": lambda text: [question.fits_type(text, kind) for kind in ("count", "date", "name", "reason", None)],
    "dates_asked": lambda text: asked_dates.dates_asked(text, _TODAY),
    "is_fragment": _with_word(fragments.is_fragment),
    "is_bare": _with_word(fragments.is_bare),
    "is_name": fragments.is_name,
    "is_only_name": fragments.is_only_name,
    "asks_before": date_ellipsis.asks_before,
    "asked_again": _with_word(lambda text: fragments.asked_again(text, "why", "Ada Lund")),
    "capitalised": fragments.capitalised,
    "outside_pronoun": _pronoun,
    "words_in": subject.words_in,
    "named": subject.named,
    "is_person": _halves(lambda one, other: subject.is_person(one[:60], other)),
    # articles
    "date_phrases": lambda text: date_phrases(text, 0, len(text), _TODAY, 60),
    "date_phrases without a day": lambda text: date_phrases(text, 0, len(text), None),
    "said_dates": lambda text: said_dates.said_dates(text, 0, len(text), "2026-03-14"),
    "held": _within(lambda text, start, end, place: said_dates.held(text, place, (start, end), "2026-03")),
    "as_of": _within(lambda text, start, end, place: said_dates.as_of(text, place, (start, end), None)),
    "figures": figures.figures,
    "names": lambda text: wording.names(text, (0, len(text))),
    "whole": _within(wording.whole),
    "whole date": _within(partial(wording.whole, dates=True)),
    "compared": lambda text: wording.compared(text, 0, len(text)),
    "figure": lambda text: wording.figure(text, len(text) // 3, min(len(text), len(text) // 3 + 20)),
    "explains": wording.explains,
    "clause": _within(wording.clause),
    "is_pronoun": wording.is_pronoun,
    "referent": lambda text: wording.referent(f"{text} it", len(text) + 1, len(text) + 3, sentence_spans(f"{text} it")),
    "joined": _within(listing.joined),
    "parts": lambda text: listing.parts(text, 0, len(text)),
    "is_count": listing.is_count,
    "same_value": _halves(sameness.same_value),
    "related": _halves(sameness.related),
    "range_of": sameness.range_of,
    "same_figures": _halves(sameness.same_figures),
    "same_story": _halves(sameness.same_story),
    "sentence_spans": sentence_spans,
    "cell_spans": lambda text: passages.cell_spans(text, 0, len(text)),
    "split_passages": lambda text: passages.split_passages(_article(text)),
    "shingles": copies.shingles,
    # the way in
    "clean_text": clean.clean_text,
    "one_line": clean.one_line,
    "reflow": clean.reflow,
    "parse_date": dates.parse_date,
    "date_line": dates.date_line,
    "signed": credits.signed,
    "credits": credits.credits,
    "is_name of credits": credits.is_name,
    "dateline": credits.dateline,
    "day_in_year": lambda text: credits.day_in_year("3 May", text, f"news/2019/{text}"),
    "dated_name": credits.dated_name,
    "drop_furniture": lambda text: furniture.drop_furniture(text.split("\n")),
    "language_tag": language.language_tag,
    "detected": language.detected,
    "normal_url": lambda text: address.normal_url(f"http://a.example/{text}"),
    "page_url": lambda text: address.page_url(text, "http://a.example/b"),
    "filters": lambda text: _refused(lambda: Filters.parse((text,), text[:40], None, lambda: [("Gazette", 1)])),
    "finish": lambda text: fields.finish(Draft(text), fields.Origin("a.txt", "/a.txt", "a"), many=False),
    "finish, titled": lambda text: fields.finish(
        Draft(text, text, text, text, text, text, True, text, text, text, text),
        fields.Origin("a", "/a", "a"),
        many=True,
    ),
    "fields": lambda text: fields.draft_from_fields({text[:40]: text, "body": {"name": [text]}, "date": text}),
    "text file": _file(lambda data: read_document(data, Path("a.txt"))),
    "front matter": _file(lambda data: read_document(data, Path("a.md")), "---\n", "\n---\nWords"),
    "page": _file(lambda data: read_document(data, Path("a.html"))),
    "page's head": _file(lambda data: read_document(data, Path("a.html")), "<head><meta name=date content='", "'>"),
    "JSON-LD": _file(lambda data: read_document(data, Path("a.html")), "<script type=application/ld+json>"),
    "csv": _file(_records(".csv")),
    "csv's rows": _file(_records(".csv"), "title,text\n"),
    "jsonl": _file(_records(".jsonl")),
    "json": _file(_records(".json"), '[{"text": "', '"}]'),
    "rtf": _file(office.read_rtf, "{\\rtf1 ", "}"),
    "rtf's title": _file(office.read_rtf, "{\\rtf1 {\\info{\\title ", "}} Words}"),
    "mail": _file(mail.read_mail),
    "mail's heads": _file(mail.read_mail, "Subject: ", "\n\nWords"),
    "mail's text": _file(mail.read_mail, "Subject: x\nContent-Type: text/html\n\n"),
    "mail in parts": _file(mail.read_mail, "Content-Type: multipart/mixed; boundary=a\n\n--a\n"),
    "is_feed": lambda text: syndication.is_feed(text.encode("utf-8", "replace")),
    "sitemap": _file(
        lambda data: sitemap.parse_sitemap(data, "http://a.example"), "<urlset><url><loc>", "</loc></url>"
    ),
    "decode": _file(decode),
    "feed": _file(syndication.read_feed, "<rss><channel><item><title>", "</title></item></channel></rss>"),
    "feed's text": _file(syndication.read_feed, "<feed><entry><content type='html'>", "</content></entry></feed>"),
    "newswire": _file(lambda data: newswire.read_newswire(parse_xml(data)), "<nitf><body><p>", "</p></body></nitf>"),
    "markdown": markdown.markdown_to_text,
    "markup": webpage.markup_to_text,
}


# What rules look for: each may be the one that makes an expression go back and try again.
PIECES = (
    *"a A 1 é ß İ 中 ﬁ \u0301 \u200d \u202e \ud800 \x00".split(" "),
    *"_ - – — ' ’ \" “ ” ( ) [ ] { } < > , . ; : ? ! / \\ | * # ` ~ = + % $ € &".split(" "),
    *(" ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u2028", "\r"),
    *("the ", "and ", "or ", "of ", "in ", "on ", "by ", "from ", "to ", "until ", "since ", "between ", "about "),
    *("his ", "her ", "it ", "they ", "who ", "when ", "how many ", "why ", "what is ", "did ", "was "),
    *("will ", "there ", "he said ", "according to ", "because ", "as well as "),
    *("Ada ", "Lund", "Mr. ", "Dr ", "van ", "de la ", "United Nations", "Party", "Street", "U.S.", "e.g. ", "St. "),
    *("2019", "1,000", "4.2m", "3.5 million ", "half ", "dozen ", "per cent", "12%", "$5", "€ 3bn", "twenty-one "),
    *("January ", "Mar. ", "May", "3rd ", "14 ", "Monday ", "yesterday ", "last year ", "next ", "this ", "ago"),
    *("2019-03-14", "03/04/2019", "4 January 2019", "12:30", "T10:00Z", "+0000", "century ", "mid-", "1990s "),
    *("<b>", "</b>", "<p>", "<a href='", "<!--", "-->", "&amp;", "&#", "<![CDATA[", "<script>", "</", "<td>", "<br/>"),
    *("**", "[x](", "![", "```", "> ", "- ", "1. ", "| a |", "---", "title: ", "key: |", "&a ", "*a", "{{", "!!x "),
    *("\\u8211 ", "\\'e9", "{\\title ", "\\par ", "{\\*\\b", "\\f0 ", "\\u1", "{\\fonttbl", "\\fcharset", "\\n"),
    *("--a\n", "\nTo: ", "=?utf-8?q?", "?=", "=20", "filename=", '",', '":', '{"text":', "null,", "1e9"),
    *("By ", "Published: ", "Updated ", "(Reuters) - ", "LONDON, ", "http://", "www.a.example/", "@a.b", "Read more"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pumped:
    """A text as long as one likes: a beginning, a part again and again, an end."""

    begin: str
    part: str
    end: str

    def text(self, letters: int) -> str:
        return (self.begin + self.part * (letters // len(self.part) + 1))[:letters] + self.end


def drawn(random_: random.Random) -> Pumped:
    """A text that some rule may be slow on."""

    def some(least: int, most: int) -> str:
        return "".join(random_.choices(PIECES, k=random_.randint(least, most)))

    return Pumped(some(0, 2), some(1, random_.choice((1, 2, 3, 8))), some(0, 2))


def fault_of(rule: Callable[[str], object], pumped: Pumped) -> str | None:
    """Return what is wrong with a rule on a text: what it raises, or how its time grows."""
    try:
        for letters in (0, 1, 7, 50, 200):
            if _seconds(rule, pumped.text(letters)) > _MOST_FOR_FEW:
                return f"takes longer than {_MOST_FOR_FEW} s for {letters} letters: {pumped!r}"
        long = _seconds(rule, pumped.text(LONGEST))
        if long < _FEWEST_SECONDS:
            return None
        times = long / max(_seconds(rule, pumped.text(LONGEST // _EIGHTH)), 1e-4)
        if times > _MOST_TIMES and long > 2 * _FEWEST_SECONDS:
            # The collector may have gone through a whole test session's objects meanwhile: 0.13 s became 1.1 s.
            long = min(long, *(_seconds(rule, pumped.text(LONGEST)) for _ in range(2)))
            times = long / max(_seconds(rule, pumped.text(LONGEST // _EIGHTH)), 1e-4)
        if times > _MOST_TIMES and long > 2 * _FEWEST_SECONDS:
            return f"{long:.1f} s for {LONGEST:,} letters, {times:.0f} times as long as for an eighth"
    except Exception as error:
        return f"raises {type(error).__name__}: {str(error)[:200]}"
    return None


def _seconds(rule: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    rule(text)
    return time.thread_time() - began


# --- parsers


def samples() -> list[Path]:
    """A file of each kind that is read."""
    return sorted(path for path in _FILES.iterdir() if path.suffix != ".py")


def damaged(data: bytes, random_: random.Random) -> bytes:
    """A file with bytes changed, cut out, doubled or put in, as disks, networks and attackers do."""
    found = bytearray(data)
    for _ in range(random_.choice((1, 1, 2, 5, 20))):
        at = random_.randrange(len(found) + 1)
        length = random_.choice((1, 2, 8, 64, 512))
        match random_.randrange(5):
            case 0:
                found[at : at + length] = random_.randbytes(length)
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[at : at + length] * random_.choice((1, 3, 100))
            case 3:
                found[at:at] = "".join(random_.choices(PIECES, k=4)).encode("utf-8", "surrogatepass")
            case _:
                found[at : at + 1] = bytes([found[at] ^ 1 << random_.randrange(8)]) if at < len(found) else b"\xff"
    return bytes(found)


def parser_fault(name: str, data: bytes, folder: Path) -> str | None:
    """Return what is wrong with how a file of this name is read: an exception, or an end of the parser's process."""
    path = folder / name
    path.write_bytes(data)
    try:
        items = list(
            bounded("file", size=len(data), path=str(path), name=name, origin=fields.Origin(name, str(path), "a"))
        )
    except Unreadable as error:
        return str(error)
    return None if items else "neither an article nor a line that says why"


def _forever(random_: random.Random, folder: Path) -> Iterator[tuple[str, str | None, object]]:
    files = samples()
    rules = list(RULES.items())
    while True:
        name, rule = random_.choice(rules)
        pumped = drawn(random_)
        yield name, fault_of(rule, pumped), pumped
        path = random_.choice(files)
        data = damaged(path.read_bytes(), random_)
        yield path.name, parser_fault(path.name, data, folder), data


def main() -> int:
    """Run until the time is up; return 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="where inputs of files go that go wrong")
    asked = parser.parse_args()
    until, tried, found = time.monotonic() + 60 * asked.minutes, 0, 0
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, fault, given in _forever(random.Random(asked.seed), Path(folder)):
            tried += 1
            if fault:
                found += 1
                shown = given if isinstance(given, Pumped) else f"{len(given)} bytes"  # type: ignore[arg-type]
                if isinstance(given, bytes):
                    asked.keep.mkdir(exist_ok=True)
                    (asked.keep / f"{found:04}-{name}").write_bytes(given)
                print(f"{name}: {fault}: {shown!r}", flush=True)
            if time.monotonic() > until:
                break
    print(f"tried {tried:,}, found {found}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
