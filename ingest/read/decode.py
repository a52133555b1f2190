"""Bytes -> text: which encoding a file is in, and what is no text at all."""

import codecs
import re
from collections.abc import Iterable

__all__ = ["NotText", "decode", "encoding_of"]

_SAMPLE = 1 << 20  # bytes that an encoding is guessed from
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In a misread file signs turn up inside words ('spotka³ siê'); in a Western one they do not.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][^\w\s\x00-\x7f’‘“”–—…·][^\W\d_]|[^\W\d_][¹²³¿¡¶¦¬±µ]")


class NotText(ValueError):
    """The bytes are no text, or damaged; the message is one line with the next step."""


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`; `declared` is the encoding that it or its server claims.

    In UTF-8 a damaged byte costs its letter, which becomes U+FFFD. Raises NotText for binary or damaged data.
    """
    encoding = encoding_of([data], declared)
    try:
        return data.decode(encoding, "replace" if encoding.startswith("utf-8") else "strict")
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise NotText(f"damaged {encoding.removesuffix('-sig')} at byte {at:,}; save it again as UTF-8") from None


def encoding_of(chunks: Iterable[bytes], declared: str | None = None) -> str:
    """Return the encoding of the text whose bytes come in these pieces.

    A byte order mark decides; else it is UTF-8, also when a few bytes of it are damaged; else
    the declared one; else Windows-1252 where that reads as Western text, else what charset-normalizer finds (on short
    Western text it is often wrong: of 4 sentences it took 3 for another code page).
    Raises NotText for binary data and for an encoding that cannot be told.
    """
    sample, valid, binary = _scan(chunks)
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    if binary:
        raise NotText("this is a binary file, not text; convert it to .txt, .md or .html first")
    if valid or _mostly_utf8(sample):
        return "utf-8"
    if declared and _known(declared) and codecs.lookup(declared).name != "utf-8":
        return declared
    if _western(sample):
        return "cp1252"
    return _guess(sample)


def _scan(chunks: Iterable[bytes]) -> tuple[bytes, bool, bool]:
    """Sample around the first non-ASCII byte, is all of it UTF-8, is it binary."""
    sample, valid, binary = b"", True, False
    decoder = codecs.getincrementaldecoder("utf-8")()
    for number, chunk in enumerate(chunks):
        if number == 0 or (sample.isascii() and not chunk.isascii()):
            sample = chunk[:_SAMPLE]
        binary = binary or b"\0" in chunk or (number == 0 and _mostly_control(chunk))
        if valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                valid = False
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return sample, valid, binary


def _known(encoding: str) -> bool:
    try:
        return b"a".decode(encoding) == "a"
    except (LookupError, ValueError):
        return False


def _mostly_control(chunk: bytes) -> bool:
    control = sum(chunk[:4096].count(value) for value in range(32) if value not in b"\t\n\r\f\x1b")
    return control * 20 > len(chunk[:4096])


def _mostly_utf8(sample: bytes) -> bool:
    """Whether as many letters of more than one byte are whole as bytes are damaged: in no other encoding they are."""
    text = sample.decode("utf-8", "surrogateescape")
    damaged = sum("\udc80" <= character <= "\udcff" for character in text)
    return sum(character > "\x7f" for character in text) >= 2 * damaged


def _western(sample: bytes) -> bool:
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = sum(map(str.isalpha, text))
    foreign = sum(character.isalpha() and character > "\x7f" for character in text)
    return foreign * 5 <= letters and not _SIGN_IN_WORD.search(text)


def _guess(sample: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample[: 1 << 16]).best()
    if best is None:
        raise NotText("its encoding is not known; save it again as UTF-8")
    return best.encoding
