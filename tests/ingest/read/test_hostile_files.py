"""Broken and malicious files of every kind: one line each, within seconds, and what is good beside them is read."""

import copy
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from random import Random

import pytest

from ingest.article import Article, Failure
from ingest.sources import read_articles

FILES = Path(__file__).parents[1] / "files"
ROOT = Path(__file__).parents[3]
_SECONDS = 30  # for one file; what runs past its parser's 20 seconds would hang for minutes

_MEGABYTE = b"\0" * (1 << 20)
_LAUGHS = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefghi", "bcdefghij", strict=True)
)


def _break_files(folder: Path) -> dict[str, str]:
    """Put ten broken files into a folder; return what the one line about each must say, by name."""
    (folder / "cut.pdf").write_bytes((FILES / "columns-groff.pdf").read_bytes()[:6000])
    (folder / "cut.docx").write_bytes((FILES / "ferry.docx").read_bytes()[:3000])
    _zip_bomb(folder / "bomb.zip", "bomb.txt")
    _zip_bomb(folder / "bomb.docx", "word/document.xml")
    _flate_bomb(folder / "bomb.pdf")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    _links_out(folder / "slip.zip")
    (folder / "laughs.xml").write_text(f"{_LAUGHS}]><rss><channel><title>&j;</title></channel></rss>")
    (folder / "empty.rss").write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title></channel></rss>'
    )
    noise = Random(7).randbytes(4000).replace(b"\0", b"\xff")
    (folder / "encoding.html").write_bytes(b'<meta charset="utf-8"><p>' + noise)
    return {
        "cut.pdf": "damaged or cut off",
        "cut.docx": "damaged or cut off",
        "bomb.zip": "zip bomb",
        "bomb.docx": "unpacks to more than",
        "bomb.pdf": "gave up",
        "huge.txt": "200,000,000 bytes are too much",
        "slip.zip": "leads out of the zip file",
        "laughs.xml": "declares XML entities",
        "empty.rss": "no entries",
        "encoding.html": "",
    }


def _zip_bomb(path: Path, member: str) -> None:
    """A zip of 0.3 MB with one member of 300 MB."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle,
        bundle.open(member, "w", force_zip64=True) as file,
    ):
        for _ in range(300):
            file.write(_MEGABYTE)


def _links_out(path: Path) -> None:
    """A zip with a member that would be written outside the folder it is unpacked to."""
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("../../outside.txt", "A text that must not be read.")


def _flate_bomb(path: Path) -> None:
    """A PDF of 2 MB whose one page has 700 MB of drawing commands."""
    packer = zlib.compressobj(1)
    commands = b"BT (A) Tj ET\n" * 80_000
    page = b"".join(packer.compress(commands) for _ in range(700)) + packer.flush()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    path.write_bytes(data + table + b"trailer<</Size 6/Root 1 0 R>>startxref\n%d\n%%%%EOF" % len(data))


def _warc_bomb(path: Path) -> None:
    """A web archive of 3 MB with one page of 700 MB."""
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/x\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: 734003300\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    )
    with gzip.open(path, "wb", 1) as file:
        file.write(head)
        for _ in range(700):
            file.write(_MEGABYTE)


def _refused(path: Path) -> list[str]:
    began = time.monotonic()
    items = list(read_articles(str(path)))
    assert time.monotonic() - began < _SECONDS
    assert all("\n" not in item.reason for item in items if isinstance(item, Failure))
    return [item.reason for item in items if isinstance(item, Failure)]


def _rtf(body: str) -> bytes:
    return f"{{\\rtf1 {body}}}".encode()


def _nested_mail() -> bytes:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000))
    return b"Subject: x\n" + parts + b"Content-Type: text/plain\n\nhello there"


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.xml", b"<nitf>" + b"<p>" * 100_000, "not valid XML"),
        ("a.xml", b"<html><p>Text</p></html>", "neither a feed nor NITF"),
        ("a.rss", f"{_LAUGHS}]><rss><channel><item><title>&j;</title></item></channel></rss>".encode(), "entities"),
        ("a.rtf", _rtf("{\\fonttbl" + "\\f1 " * 200_000 + "}"), "table of fonts"),
        ("a.rtf", _rtf('{\\field{\\*\\fldinst{ HYPERLINK "a" ' * 50_000), "no article text"),
        ("a.rtf", _rtf("{" * 200_000), "no article text"),
        ("a.rtf", b"text", "no RTF"),
        ("a.eml", _nested_mail(), "nested too deeply"),
        ("a.eml", b"\n\nwords without a header", "no message"),
        ("a.docx", b"text", "damaged"),
        ("a.epub", b"", "empty"),
        ("a.pdf", b"text", "damaged"),
        ("a.mhtml", b"Subject: x\n\ntext", "no page in it"),
        ("a.zip", b"PK text", "damaged"),
        ("a.warc", b"no archive", "damaged"),
        ("a.warc.gz", (FILES / "crawl.warc.gz").read_bytes()[:900], "cut off after record"),
        ("a.html", b"<a " * 1_000_000, "no article text"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_one_line_within_seconds(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)
    (reason,) = _refused(tmp_path / name)
    assert word in reason


GOOD = (
    "The town of Malen voted on Tuesday to raise the old ferry in the harbour and to sail it again to the island. " * 5
)
_NO_ADDRESS = "http://[x]/a"  # of which urlsplit raises ValueError


_LINKED = {
    "a.rss": f"<rss version='2.0'><channel><item><title>T</title><link>{_NO_ADDRESS}</link><description>{GOOD}"
    "</description></item></channel></rss>",
    "a.xml": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title>"
    f"<link href='{_NO_ADDRESS}'/><content>{GOOD}</content></entry></feed>",
    "a.html": f"<html><head><title>T</title><link rel=canonical href='{_NO_ADDRESS}'></head><body><p>{GOOD}</p></body>",
    "a.eml": f"From: a@b.example\nSubject: =?utf-8\u00e9?q?T?=\nContent-Type: text/plain\n\n{GOOD}",
    "a.json": json.dumps({"title": "T", "url": _NO_ADDRESS, "text": GOOD}),
    "a.csv": f"title,url,text\nT,{_NO_ADDRESS},{GOOD}\n",
}


@pytest.mark.parametrize("name", _LINKED)
def test_what_is_no_address_or_no_charset_costs_nothing_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(_LINKED[name], encoding="utf-8")
    (article,) = read_articles(str(tmp_path / name))
    assert isinstance(article, Article), article
    assert article.url is None
    assert GOOD.strip() in article.text


def test_rtf_whose_numbers_are_of_no_letter_keeps_its_words(tmp_path: Path) -> None:
    """A letter beyond the last, one that no integer of C holds, a control word without its number."""
    (tmp_path / "a.rtf").write_bytes(_rtf(r"The ferry\u9999999? sails\u-40000? at\u99999999999? noon\u8211- again."))
    (article,) = read_articles(str(tmp_path / "a.rtf"))
    assert isinstance(article, Article)
    words = "".join(sign for sign in article.text if sign.isascii())
    assert [word for word in ("ferry", "sails", "noon", "again.") if word not in words] == []
    (tmp_path / "b.rtf").write_bytes(_rtf(r"\uc The ferry sails."))
    assert len(list(read_articles(str(tmp_path / "b.rtf")))) == 1


@pytest.mark.parametrize(
    "title", [r"\u1" * 200, r"\u12345" * 90, r"\'e" * 200, "a" * 5000], ids=lambda title: title[:6]
)
def test_rtf_whose_title_can_be_read_in_many_ways_takes_no_time(tmp_path: Path, title: str) -> None:
    (tmp_path / "a.rtf").write_bytes(_rtf(f"{{\\info{{\\title {title}\\b}}}} The ferry sails at noon."))
    began = time.monotonic()
    (item,) = read_articles(str(tmp_path / "a.rtf"))
    assert time.monotonic() - began < 15
    assert isinstance(item, Article)
    assert "The ferry sails at noon." in item.text


def test_a_page_of_100_000_nested_elements_gives_its_words(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<div>" * 100_000 + "Words in a deep place of the page.")
    (article,) = read_articles(str(tmp_path / "a.html"))
    assert isinstance(article, Article)
    assert article.text == "Words in a deep place of the page."


def test_a_web_archive_that_unpacks_to_far_too_much(tmp_path: Path) -> None:
    _warc_bomb(tmp_path / "a.warc.gz")
    (reason,) = _refused(tmp_path / "a.warc.gz")
    assert "far too much" in reason


def test_members_that_have_no_place_in_a_folder(tmp_path: Path) -> None:
    """Names that lead out, a link, a zip in a zip, a locked one: a line each. What is good beside them is read."""
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        for name in ("../out.txt", "/absolute.txt", "C:\\drive.txt", "in\\..\\..\\out.txt"):
            bundle.writestr(name, "A text that must not be read.")
        bundle.writestr(link, "/etc/passwd")
        bundle.writestr("inner.zip", b"PK")
        bundle.write(FILES / "ferry.odt", "good/ferry.odt")
    (tmp_path / "secret.txt").write_text("A text behind a password.")
    items = list(read_articles(str(tmp_path / "a.zip")))
    (good,) = [item for item in items if isinstance(item, Article)]
    assert good.source == "a.zip/good/ferry.odt"
    reasons = {item.source: item.reason for item in items if isinstance(item, Failure)}
    assert len(reasons) == 6
    assert sum("leads out" in reason for reason in reasons.values()) == 4
    assert "link" in reasons["a.zip/link.txt"]
    assert "unpack it first" in reasons["a.zip/inner.zip"]
    assert not (tmp_path.parent / "out.txt").exists()


@pytest.mark.skipif(shutil.which("zip") is None, reason="needs zip (Info-ZIP)")
def test_a_locked_member(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("A text behind a password.")
    subprocess.run(["zip", "-q", "-P", "word", "a.zip", "secret.txt"], cwd=tmp_path, check=True)
    assert _refused(tmp_path / "a.zip") == ["it is locked with a password; pack it without one"]


def test_a_damaged_member_costs_itself(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("bad.txt", "The first text, of which a letter will change.")
        bundle.writestr("good.txt", "The second text, which stays as it is.")
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"a letter will", b"a lettxr will"))
    bad, good = read_articles(str(tmp_path / "a.zip"))
    assert isinstance(bad, Failure)
    assert "damaged" in bad.reason
    assert isinstance(good, Article)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_damaged_inside_its_packing_costs_itself_alone(tmp_path: Path, method: int) -> None:
    words = " ".join(f"The ferry {number} to Ostrel leaves at noon." for number in range(400))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as bundle:
        bundle.writestr("bad.txt", words)
        bundle.writestr("good.txt", words)
        begin = bundle.getinfo("bad.txt").header_offset + 30 + len("bad.txt")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[begin + 8 : begin + 60] = b"\xff" * 52
    (tmp_path / "a.zip").write_bytes(data)
    bad, good = read_articles(str(tmp_path / "a.zip"))
    assert isinstance(bad, Failure)
    assert (bad.source, bad.reason[:13]) == ("a.zip/bad.txt", "it is damaged")
    assert isinstance(good, Article)
    assert good.source == "a.zip/good.txt"


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """4,000 entries of one member: 4 GB out of 400 KB. None is unpacked; what lies by itself beside them is read."""
    words = "The ferry to Ostrel leaves at noon. " * 27_000
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("good.txt", "The ferry sails again, the harbour master said.")
        bundle.writestr("many.txt", words)
        bundle.filelist += [copy.copy(bundle.filelist[-1]) for _ in range(4000)]
    good, *bad = read_articles(str(tmp_path / "a.zip"))
    assert isinstance(good, Article)
    assert good.source == "a.zip/good.txt"
    assert {item.reason for item in bad if isinstance(item, Failure)} == {
        "its bytes are another file's too; a zip bomb is not read"
    }


def test_a_member_within_another_is_refused(tmp_path: Path) -> None:
    """The outer one is stored, so its bytes are a whole zip file's: the inner one is counted and read twice."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("inner.txt", "The ferry to Ostrel leaves at noon. " * 1000)
        hidden = copy.copy(bundle.filelist[0])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("outer.txt", inner.getvalue())
        hidden.header_offset = bundle.filelist[0].header_offset + 30 + len("outer.txt")
        bundle.filelist.append(hidden)
    assert _refused(tmp_path / "a.zip") == ["its bytes are another file's too; a zip bomb is not read"] * 2


def test_many_small_members_that_unpack_to_far_too_much(tmp_path: Path) -> None:
    """150 members of a megabyte of blanks, each of which would pass."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        for number in range(300):
            bundle.writestr(f"{number:03}.css", b"")  # passed over, and counted for nothing
        for number in range(150):
            bundle.writestr(f"{number:03}.txt", b" " * 999_000)
    *_, last = _refused(tmp_path / "a.zip")
    assert "all in it unpacks to more than 100,000,000 bytes" in last


def test_a_file_after_one_that_ended_its_parser_is_read(tmp_path: Path) -> None:
    _flate_bomb(tmp_path / "a.pdf")
    shutil.copy(FILES / "ferry.docx", tmp_path / "b.docx")
    bomb, good = read_articles(str(tmp_path))
    assert isinstance(bomb, Failure)
    assert isinstance(good, Article)


def test_a_module_in_the_current_folder_is_not_run(tmp_path: Path) -> None:
    """The parsers' process starts where the user is: a file named json.py there must stay a file."""
    for name in ("json.py", "email.py", "ingest.py"):
        (tmp_path / name).write_text("raise SystemExit('run')")
    shutil.copy(FILES / "ferry.docx", tmp_path)
    code = "from ingest.sources import read_articles; print([a.title for a in read_articles('ferry.docx')])"
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "Ferry to Lantern Island" in done.stdout


_MEASURE = """
import json, os, resource, subprocess, sys
done = subprocess.run([sys.executable, "-P", "-m", "ui.cli", *sys.argv[1:]], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, done.stdout, done.stderr, peak * (1 if sys.platform == "darwin" else 1024)]))
"""


@pytest.mark.slow
def test_a_folder_of_thirty_good_and_ten_broken_files(tmp_path: Path, archive_dir: Path) -> None:
    """Through the real command: the good ones are in, a line for each bad one, exit status 1, memory under 2 GB."""
    folder = tmp_path / "news"
    folder.mkdir()
    good = sorted(path for path in FILES.iterdir() if path.suffix not in {".py", ".json"} and path.name != "scan.pdf")
    for path in good:
        shutil.copy(path, folder)
    story = json.loads((FILES / "story.json").read_text(encoding="utf-8"))["english"]
    rows = [{"title": f"{story[0]} ({number})", "text": text} for number, text in enumerate(story[1], start=1)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    table = "".join(f'"{row["title"]}, again","{row["text"]}"\n' for row in rows)
    (folder / "rows.csv").write_text(f"title,text\n{table}", encoding="utf-8")
    (folder / "notes.md").write_text(f"# Notes on the ferry\n\n{story[1][2]}\n")
    with zipfile.ZipFile(folder / "bundle.zip", "w") as bundle:
        bundle.write(FILES / "ferry.odt", "copy.odt")
        bundle.write(FILES / "russian.docx", "copy.docx")
    readable = len(list(folder.iterdir()))
    assert readable >= 30
    expected = _break_files(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "2"}
    began = time.monotonic()
    command = [sys.executable, "-c", _MEASURE, "ingest", str(folder), "--archive", str(archive_dir)]
    measured = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds = time.monotonic() - began
    status, out, err, peak = json.loads(measured.stdout)
    told = [line.removeprefix("dateline: ") for line in err.splitlines() if line.startswith("dateline: ")]
    by_name = {line.partition(":")[0].partition("/")[0]: line for line in told}
    assert status == 1
    assert {name for name in expected if name not in by_name} == set()
    assert [name for name, word in expected.items() if word not in by_name[name]] == []
    assert len(told) == len(expected) + 1, told  # and the page without text in the web archive
    assert "Traceback" not in err
    assert f"failed {len(told)}" in out
    assert peak < 2_000_000_000
    assert seconds < 40
    listed = subprocess.run(
        [sys.executable, "-P", "-m", "ui.cli", "articles", "--json", "--archive", str(archive_dir)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    sources = {article["source"].partition("/")[0] for article in json.loads(listed.stdout)}
    assert len(sources) >= readable - 3  # a page that three files hold under one address is one article
    print(f"{readable} good files, {len(expected)} broken: {seconds:.1f} s, {peak / 1e6:.0f} MB")


def test_a_web_archive_with_a_wrong_length_is_told_by_its_lines_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A length that is too short leaves bytes of one record before the next, of which warcio prints a warning."""
    data = gzip.decompress((FILES / "crawl.warc.gz").read_bytes())
    at = data.index(b"Content-Length: ", data.index(b"WARC-Type: response")) + len(b"Content-Length: ")
    end = data.index(b"\r\n", at)
    (tmp_path / "a.warc").write_bytes(data[:at] + str(int(data[at:end]) - 5).encode() + data[end:])
    assert list(read_articles(str(tmp_path / "a.warc")))
    assert capsys.readouterr().err == ""
