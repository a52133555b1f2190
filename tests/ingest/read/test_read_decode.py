"""Bytes -> text, also where another encoding is declared than the one they are in."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.read.decode import NotText, decode
from ingest.sources import read_articles


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        ("“10–12 boats” at €5, the port’s price", "cp1252", "iso-8859-1"),
        ("“10–12 boats” at €5, the port’s price", "cp1252", "US-ASCII"),
        ("İzmir’de bilet “19” lira – ucuz", "cp1254", "iso-8859-9"),
        ("ราคาตั๋ว “19” โครน", "cp874", "windows-874"),
        ("ราคาตั๋ว “19” โครน", "cp874", "tis-620"),
        ("朱镕基说票价涨到十九克朗", "gbk", "gb2312"),
        ("票价𠮷涨到十九克朗", "gb18030", "x-gbk"),
        ("渡し①船の料金は髙い", "cp932", "Shift_JIS"),
        ("渡し①船の料金は髙い", "cp932", "x-sjis"),
        ("똠방각하 요금은 19크로네", "cp949", "euc-kr"),
        ("料金は十九クローネです。", "iso2022_jp", "ISO-2022-JP"),
        ("料金は十九クローネです。", "iso2022_jp", None),
        ("מחיר הכרטיס 19 כתר", "cp1255", "iso-8859-8-i"),
        ("Цена билета 19 крон", "cp1251", "win-1251"),
        ("Prisen øker til 19 kroner", "utf-8", "iso-8859-1"),
    ],
)
def test_an_encoding_is_read_as_browsers_read_it(text: str, written: str, declared: str | None) -> None:
    assert decode(text.encode(written), declared) == text


def test_a_damaged_byte_in_a_declared_encoding_costs_its_letter() -> None:
    text = "票价涨到十九克朗。" * 50
    data = text.encode("gb18030")
    assert decode(data[:8] + b"\xff" + data[8:], "gb2312").startswith("票价涨到\ufffd十九克朗。")
    with pytest.raises(NotText, match="damaged"):
        decode(b"a\xff\xfd" * 50, "euc-jp")


def test_control_signs_of_a_terminal_are_no_japanese() -> None:
    assert decode(b"\x1b[31mred\x1b[0m costs $(B) 5 crowns") == "\x1b[31mred\x1b[0m costs $(B) 5 crowns"


@pytest.mark.parametrize(("charset", "written"), [("us-ascii", "cp1252"), ("iso-2022-jp", "iso2022_jp")])
def test_a_letter_in_the_encoding_of_its_program(tmp_path: Path, charset: str, written: str) -> None:
    said = "The lock costs “8–9” crowns." if written == "cp1252" else "料金は十九クローネです。"
    head = f"From: Ida <i@tarn.example>\nSubject: Lock\nContent-Type: text/plain; charset={charset}\n\n"
    (tmp_path / "a.eml").write_bytes(head.encode() + said.encode(written))
    (article,) = read_articles(str(tmp_path / "a.eml"))
    assert isinstance(article, Article)
    assert article.text == said
