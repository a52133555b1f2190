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
# What browsers read for what is declared: who declares the one writes the other.
_READ_AS = {
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "iso8859-11": "cp874", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_SPELT = re.compile(r"^x-|-[ie]$|(?<=^windows)-(?=874$)")  # 'x-sjis', 'iso-8859-8-i'
_WINDOWS = re.compile(r"^(?:windows|win|cp)-?(?=\d{3,4}$)")
_SHIFTED = re.compile(rb"\x1b[$(]|~\{")  # in an encoding of seven bits
_DAMAGED = 0.01  # of the signs of a text in a declared encoding; with more it is another
# In a misread file signs turn up inside words ('spotka³ siê'); in a Western one they do not.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][^\w\s\x00-\x7f’‘“”–—…·][^\W\d_]|[^\W\d_][¹²³¿¡¶¦¬±µ]")


class NotText(ValueError):
    """The bytes are no text, or damaged; the message is one line with the next step."""


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`; `declared` is the encoding that it or its server claims.

    A damaged byte costs its letter, which becomes U+FFFD, in UTF-8 and where few are in a declared encoding. Raises
    NotText for binary or damaged data.
    """
    encoding = encoding_of([data], declared)
    try:
        return data.decode(encoding, "replace" if encoding.startswith("utf-8") else "strict")
    except UnicodeError as error:
        if encoding == _read_as(declared):
            text = data.decode(encoding, "replace")
            if text.count("\ufffd") <= _DAMAGED * len(text):
                return text
        at = getattr(error, "start", 0)
        raise NotText(f"damaged {encoding.removesuffix('-sig')} at byte {at:,}; save it again as UTF-8") from None


def encoding_of(chunks: Iterable[bytes], declared: str | None = None) -> str:
    """Return the encoding of the text whose bytes come in these pieces.

    A byte order mark decides; else an encoding of seven bits; else it is UTF-8, also when a few bytes of it are
    damaged; else the declared one, as browsers read it; else Windows-1252 where that reads as Western text, else what
    charset-normalizer finds (on short Western text it is often wrong: of 4 sentences it took 3 for another code page).
    Raises NotText for binary data and for an encoding that cannot be told.
    """
    sample, valid, binary = _scan(chunks)
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    if binary:
        raise NotText("this is a binary file, not text; convert it to .txt, .md or .html first")
    stated = _read_as(declared)
    if valid and _SHIFTED.search(sample) and (shifted := _shifted(sample, stated)):
        return shifted
    if valid or _mostly_utf8(sample):
        return "utf-8"
    if stated and stated not in {"utf-8", "ascii"}:
        return stated
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


def _read_as(declared: str | None) -> str | None:
    """The encoding that is meant by what is declared; None for none and for one that nobody knows."""
    spelt = _WINDOWS.sub("cp", _SPELT.sub("", (declared or "").strip().lower()))
    try:
        name = codecs.lookup(spelt).name if b"a".decode(spelt) == "a" else None
    except (LookupError, ValueError):
        return None
    return _READ_AS.get(name or "", name)


def _shifted(sample: bytes, stated: str | None) -> str | None:
    """The encoding of seven bits that a text with its signs is in: the declared one, or that of Japanese mail."""
    for encoding in (stated, "iso2022_jp_ext"):
        if encoding and encoding.startswith(("iso2022", "hz")):
            try:
                return encoding if sample.decode(encoding).count("\x1b") == 0 else None
            except UnicodeDecodeError:
                continue
    return None


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
