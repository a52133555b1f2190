"""Make the files beside this one with the programs that people make such files with.

    python tests/ingest/files/make.py        Debian: libreoffice-writer groff pandoc wget zip chromium; PyPI: feedgen

The files are checked in; this says how they came about, and makes them again. All text in them is invented.
"""

import functools
import http.server
import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from feedgen.feed import FeedGenerator  # type: ignore[import-not-found]
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent

STORY = json.loads((HERE / "story.json").read_text(encoding="utf-8"))
HEADLINE, PARAGRAPHS = STORY["english"]
BYLINE = "By Angela Rossi"
RUSSIAN, ARABIC, CHINESE, JAPANESE = (STORY[name] for name in ("russian", "arabic", "chinese", "japanese"))

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{headline} | The Elstar Courier</title>
<meta property="og:site_name" content="The Elstar Courier"><link rel="canonical" href="https://courier.example/ferry">
<meta property="article:modified_time" content="2019-01-05T08:00:00+01:00"><meta name="author" content="Angela Rossi">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{headline}",
"datePublished":"2019-01-04T18:30:00+01:00","dateModified":"2019-01-05T08:00:00+01:00","articleSection":"Harbour",
"inLanguage":"en-GB","author":[{{"@type":"Person","name":"Angela Rossi"}}],
"publisher":{{"@type":"Organization","name":"The Elstar Courier"}}}}</script>
<script>window.dataLayer=[];function track(e){{dataLayer.push(e)}}track("view");
addEventListener("load",()=>{{const b=document.createElement("div");b.id="cookie-banner";b.className="cookie-consent";
b.innerHTML="<p>We value your privacy. We and our 214 partners store cookies on your device.</p>"+
"<button>Accept all</button><button>Reject all</button>";document.body.append(b)}})</script>
<style>body{{font:17px Georgia,serif;max-width:40em;margin:auto}}#cookie-banner{{border:1px solid}}</style></head>
<body><nav><a href="/">Home</a> <a href="/harbour">Harbour</a> <a href="/sport">Sport</a></nav>
<article><h1>{headline}</h1><p class="byline">{byline}</p>
<time datetime="2019-01-04T18:30:00+01:00">4 January 2019</time>
{body}</article>
<aside><h2>Most read</h2><ul><li><a href="/a">Ten soups for a cold week</a></li><li><a href="/b">Fog horn sold</a></li>
</ul></aside><footer>© 2024 The Elstar Courier. All rights reserved. <a href="/privacy">Privacy policy</a></footer>
<noscript>Switch JavaScript on to read the Courier.</noscript></body></html>"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        written_by_libreoffice(work)
        set_by_groff(work)
        bound_by_pandoc(work)
        scanned()
        mailed()
        syndicated()
        with served(work) as address:
            shown_by_chromium(work, address)
            crawled_by_wget(work, address)
    texts()


def plain(headline: str, paragraphs: list[str], language: str, before: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    direction = ' dir="rtl"' if language == "ar" else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"{direction}><head><meta charset="utf-8"><title>{headline}</title>'
        f"</head><body><h1>{headline}</h1>{before}{body}</body></html>"
    )


def written_by_libreoffice(work: Path) -> None:
    before = f"<p>{BYLINE}</p><p>4 January 2019</p>"
    table = (
        "<table><tr><td>Day</td><td>Crossings</td></tr><tr><td>Friday</td><td>4</td></tr></table>"
        "<ul><li>Adults pay 12 crowns</li><li>Children travel free</li></ul>"
    )
    english = plain(HEADLINE, PARAGRAPHS, "en-GB", before).replace("</body>", f"{table}</body>")
    for name, text in (
        ("ferry", english),
        ("russian", plain(*RUSSIAN, "ru")),
        ("chinese", plain(*CHINESE, "zh-CN")),
        ("japanese", plain(*JAPANESE, "ja")),
        ("arabic", plain(*ARABIC, "ar")),
    ):
        (work / f"{name}.html").write_text(text, encoding="utf-8")
    for name, kinds in {
        "ferry": ["docx", "odt", "rtf", "epub", "pdf"],
        "russian": ["docx"],
        "chinese": ["odt"],
        "japanese": ["rtf"],
        "arabic": ["docx"],
    }.items():
        convert(work / f"{name}.html", "odt", work, "--infilter=HTML (StarWriter)")
        for kind in kinds:
            if kind == "odt":
                shutil.copy(work / f"{name}.odt", HERE / f"{name}.odt")
            else:
                convert(work / f"{name}.odt", kind, HERE)
    (HERE / "ferry.pdf").rename(HERE / "ferry-libreoffice.pdf")
    (HERE / "ferry.epub").rename(HERE / "one-article.epub")


def convert(path: Path, kind: str, to: Path, *more: str) -> None:
    run("soffice", "--headless", *more, "--convert-to", kind, "--outdir", str(to), str(path))


def set_by_groff(work: Path) -> None:
    """Two columns, words divided at line ends, a running head and page numbers."""
    text = "\n.LP\n".join((PARAGRAPHS * 4)[: 4 * len(PARAGRAPHS)])
    source = (
        f".nr LL 6.5i\n.ds LH The Elstar Courier\n.ds CH\n.ds RH Harbour\n.ds CF %\n.P1\n"
        f".TL\n{HEADLINE}\n.AU\nAngela Rossi\n.AI\n4 January 2019\n.2C\n.LP\n{text}\n"
    )
    (work / "columns.ms").write_text(source, encoding="utf-8")
    found = run("groff", "-k", "-ms", "-Tpdf", str(work / "columns.ms"))
    (HERE / "columns-groff.pdf").write_bytes(found)


def bound_by_pandoc(work: Path) -> None:
    """A magazine of three articles, which its table of contents names, and a book of numbered chapters."""
    articles = [
        (HEADLINE, PARAGRAPHS[:3]),
        ("Town buys the old fog horn", ["The town bought the old fog horn for 900 crowns.", "It will sound at noon."]),
        ("Winter herring come early", ["Herring came into the sound three weeks early.", "Nobody knows why."]),
    ]
    magazine = "".join(f"# {title}\n\n" + "".join(f"{line}\n\n" for line in lines) for title, lines in articles)
    book = "".join(f"# Chapter {number}\n\n{line}\n\n" for number, line in enumerate(PARAGRAPHS, 1))
    for name, text, title in (
        ("magazine", magazine, "The Elstar Weekly"),
        ("book", book, "Nine days without a ferry"),
    ):
        (work / f"{name}.md").write_text(text, encoding="utf-8")
        meta = [f"--metadata={value}" for value in (f"title={title}", "lang=en", "author=Angela Rossi")]
        day = ["--metadata=date=2019-01-06"]
        run("pandoc", str(work / f"{name}.md"), "--epub-chapter-level=1", *meta, *day,
            "-o", str(HERE / f"{name}.epub"))  # fmt: skip


def scanned() -> None:
    """A picture of a page and nothing else, as a scanner makes it."""
    picture = Image.new("1", (600, 300), 1)
    ImageDraw.Draw(picture).text((20, 20), f"{HEADLINE}\n\n" + "\n".join(PARAGRAPHS[1].split(". ")), fill=0)
    picture.save(HERE / "scan.pdf", resolution=72)


def mailed() -> None:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "The Courier's morning letter: ferry sails again — “at last”"
    mail["From"] = "The Elstar Courier <letter@courier.example>"
    mail["To"] = "readers@courier.example"
    mail["Date"] = "Sat, 05 Jan 2019 06:00:00 +0100"
    mail["List-Unsubscribe"] = "<https://courier.example/unsubscribe>"
    mail["Message-ID"] = "<20190105@courier.example>"
    text = "\n\n".join(PARAGRAPHS[:3])
    mail.set_content(text, charset="windows-1252", cte="quoted-printable")
    mail.add_alternative(plain("Morning letter", PARAGRAPHS[:3], "en"), subtype="html", charset="windows-1252")
    notice = f"Timetable of the Lantern ferry\n\n{PARAGRAPHS[4]}\n"
    mail.add_attachment(notice.encode("utf-8"), maintype="text", subtype="plain", filename="timetable.txt")
    mail.add_attachment((HERE / "russian.docx").read_bytes(), maintype="application", subtype="octet-stream",
                        filename="Фонарный.docx")  # fmt: skip
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    (HERE / "newsletter.eml").write_bytes(bytes(mail))


def syndicated() -> None:
    feed = FeedGenerator()
    feed.id("https://courier.example/")
    feed.title("The Elstar Courier")
    feed.link(href="https://courier.example/", rel="alternate")
    feed.description("News of the harbour")
    feed.language("en")
    for number, (title, lines) in enumerate([(HEADLINE, PARAGRAPHS), ("Fog horn sold", PARAGRAPHS[3:])]):
        entry = feed.add_entry(order="append")
        entry.id(f"https://courier.example/{number}")
        entry.title(title)
        entry.link(href=f"https://courier.example/story-{number}")
        entry.author(name="Angela Rossi", email="rossi@courier.example")
        entry.published(f"2019-01-0{4 + number}T18:30:00+01:00")
        entry.updated(f"2019-01-0{5 + number}T08:00:00+01:00")
        entry.content("".join(f"<p>{line}</p>" for line in lines), type="CDATA")
    feed.rss_file(str(HERE / "feed.rss"), pretty=True)
    feed.atom_file(str(HERE / "feed.xml"), pretty=True)


@contextmanager
def served(work: Path) -> Iterator[str]:
    site = work / "site"
    site.mkdir()
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = PAGE.format(headline=HEADLINE, byline=BYLINE, body=body)
    (site / "ferry.html").write_text(page, encoding="utf-8")
    other = plain("Fog horn sold", PARAGRAPHS[3:], "en")
    (site / "horn.html").write_text(other, encoding="utf-8")
    (site / "again.html").write_text(other, encoding="utf-8")
    (site / "empty.html").write_text("<nav><a href='/ferry.html'>Ferry</a></nav>", encoding="utf-8")
    Image.new("1", (8, 8)).save(site / "dot.png")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def shown_by_chromium(work: Path, address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}/ferry.html")
        page.wait_for_selector("#cookie-banner")
        (HERE / "saved-page.html").write_text(page.content(), encoding="utf-8")
        snapshot = page.context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})
        (HERE / "saved-page.mhtml").write_bytes(snapshot["data"].encode())
        page.evaluate("document.getElementById('cookie-banner').remove()")
        margins = dict.fromkeys(("top", "bottom", "left", "right"), "1.2cm")
        page.pdf(path=HERE / "ferry-chromium.pdf", format="A6", display_header_footer=True, margin=margins)
        page.goto((work / "arabic.html").as_uri())
        page.pdf(path=HERE / "arabic-chromium.pdf", format="A5")
        browser.close()


def crawled_by_wget(work: Path, address: str) -> None:
    names = ["ferry.html", "horn.html", "dot.png", "missing.html", "empty.html"]
    command = ["wget", "-q", "--no-warc-keep-log", "--warc-file", str(work / "first"), "--warc-cdx", "-O", "/dev/null"]
    subprocess.run([*command, *(f"{address}/{name}" for name in names)], check=False)
    again = ["wget", "-q", "--no-warc-keep-log", "--warc-file", str(work / "second"), "-O", "/dev/null",
             "--warc-dedup", str(work / "first.cdx"), f"{address}/ferry.html"]  # fmt: skip
    subprocess.run(again, check=False)
    crawl = (work / "first.warc.gz").read_bytes() + (work / "second.warc.gz").read_bytes()
    (HERE / "crawl.warc.gz").write_bytes(crawl)


def texts() -> None:
    french = "Le ferry de l’île repart – “enfin”, dit le maire. Il a coûté 3,4 millions à l’État.\n"
    (HERE / "windows-1252.txt").write_bytes(french.encode("cp1252"))
    (HERE / "shift-jis.txt").write_bytes("\n\n".join([JAPANESE[0], *JAPANESE[1]]).encode("shift_jis"))
    (HERE / "utf-16.txt").write_bytes("\r\n\r\n".join([RUSSIAN[0], *RUSSIAN[1]]).encode("utf-16"))


def run(*command: str) -> bytes:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


if __name__ == "__main__":
    main()
