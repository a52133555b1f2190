"""What stands inside a page's paragraphs, lists and frames is read where it stands."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingest.article import Article
from ingest.sources import read_articles

_LEAD = "<p>The ferry of Marlow was sold to a firm of Eastport on Friday, harbour master Ruth Vane said.</p>"


def _text(tmp_path: Path, inner: str, frame: str = "article") -> str:
    path = tmp_path / "page.html"
    path.write_text(f"<html><head><meta charset=utf-8></head><body><{frame}><h1>Sold</h1>{_LEAD}{inner}</{frame}>")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    return item.text


@pytest.mark.parametrize(
    ("inner", "right"),
    [
        ("<p>It carried 340<sup><a href=#n>2</a></sup> people a day in 2021<sup>1</sup>, the firm said.</p>",
         "carried 340 people a day in 2021, the"),
        ("<p>The deck measures 95 m<sup>2</sup> and cost 10<sup>6</sup> crowns when it was built.</p>",
         "95 m² and cost 10⁶ crowns"),
        ("<p>The hold was at 25<sup>o</sup>C in May and at 41<sup>0</sup> F in March, the firm said.</p>",
         "at 25°C in May and at 41° F in"),
        ("<p>They found <sup>137</sup>Cs and <sup>14</sup>C in the paint of the hull, the yard of Lindale said.</p>",
         "found ¹³⁷Cs and ¹⁴C in"),
        ("<p>It was built on the 21<sup>st</sup> of May in the yard of Lindale.</p>", "the 21st of May"),
        ("<p>A ticket costs <s>7</s> <b>5</b> crowns, and a bicycle <strike>3</strike> 2 crowns.</p>",
         "costs 5 crowns, and a bicycle 2 crowns"),
        ("<p>It sails on <time datetime=2022-05-01>1 May</time> for the last time from Marlow.</p>", "on 1 May for"),
        ("<p>The crew has <q>no doubt</q> that the firm will keep all the sailors.</p>", "has “no doubt” that"),
        ("<dl><dt>Marlow</dt><dd>Leaves from pier four at nine</dd><dt>Eastport</dt><dd>Leaves from pier two</dd></dl>",
         "Eastport: Leaves from pier two"),
    ],
)  # fmt: skip
def test_words_keep_their_place(tmp_path: Path, inner: str, right: str) -> None:
    assert right in _text(tmp_path, inner)


@pytest.mark.parametrize(
    "mark",
    [
        "<span class=footnote-ref><a href='#fn3'>3</a></span>",
        "<a class=footnote href='#f' style='vertical-align:super'>3</a>",
        "<span style='font-size: 70%; vertical-align: super'>3</span>",
        "<span class=superscript>[3]</span>",
        "<a href='#note-3'>3</a>",
        "<a href='#note-3'><b>*</b></a>",
        "<a role=doc-noteref href='notes.html'>3</a>",
        "<sup>3.</sup>",
        "<sup>3)</sup>",
        "<sup>iv</sup>",
        "<small><sup>3</sup></small>",
    ],
)
def test_a_mark_is_none_of_the_figure_that_it_stands_behind(tmp_path: Path, mark: str) -> None:
    said = "<p>It carried {0} people a day in {1}, the firm said of its ferry.</p>"
    right = "carried 340 people a day in 2021, the firm"
    assert right in _text(tmp_path, said.format(f"340{mark}", f"2021{mark}"))
    assert right in _text(tmp_path, said.format(f"<b>340</b>{mark}", f"<i>2021{mark}</i>"))
    rows = f"<tr><td>Tern</td><td>340{mark}</td></tr><tr><td>Ox</td><td>21</td></tr>"
    table = f"<table><tr><th>Ship</th><th>People</th></tr>{rows}</table>{_LEAD}"
    assert "Ship: Tern; People: 340 (Tern)." in _text(tmp_path, table)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("95 m<span style='vertical-align:super'>2</span> of deck", "95 m² of deck"),
        ("95 <i>m</i><small><sup>2</sup></small> of deck", "95 m² of deck"),
        ("the 3<span style='vertical-align: super'>rd</span> deck", "the 3rd deck"),
        ("Henry V<sup>e</sup> and deck <a href='#3'>3</a>, see chapter <a href='#4'>4</a>", "deck 3, see chapter 4"),
        ("a deck of <span class=note>15</span> points", "a deck of 15 points"),
        ("the <a href='#deck'>deck</a> (<a href='#7'>7</a>)", "the deck (7)"),
        ("a deck for <output>42</output> cars", "a deck for 42 cars"),
    ],
)
def test_what_only_looks_like_a_mark_is_kept(tmp_path: Path, said: str, right: str) -> None:
    assert right in _text(tmp_path, f"<p>The ferry of Marlow has {said}, as the new owner from Eastport told us.</p>")


@pytest.mark.parametrize(
    "gone",
    [
        "<span style='color: red; text-decoration: line-through'>{}</span>",
        "<span style='text-decoration-line:line-through'>{}</span>",
        "<span class='price strikethrough'>{}</span>",
        "<em class=text-decoration-line-through>{}</em>",
        "<span hidden>{}</span>",
        "<span hidden=hidden>{}</span>",
        "<b style='display: none'>{}</b>",
        "<i aria-hidden=true>{}</i>",
    ],
)
def test_words_that_are_struck_or_hidden_are_out(tmp_path: Path, gone: str) -> None:
    said = f"<p>A ticket costs {gone.format('78')} 95 crowns, and a bicycle {gone.format('78')} 20 crowns.</p>"
    assert "costs 95 crowns, and a bicycle 20 crowns." in _text(tmp_path, said)
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{"title": "Sold", "html": said}]))
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert item.text == "A ticket costs 95 crowns, and a bicycle 20 crowns."


def test_a_page_that_a_script_would_show_is_read_and_what_it_hides_beside_its_text_is_not(tmp_path: Path) -> None:
    assert "sold to a firm" in _text(tmp_path, "", "div style='visibility: hidden'")
    found = "<div hidden=until-found><p>Its engine was built in the year 1988 by a yard in Lindale.</p></div>"
    text = _text(tmp_path, f"{_LEAD}<p hidden>The code of the safe on board is 7781.</p>{found}")
    assert "7781" not in text
    assert "1988" in text


def test_pages_of_marks_without_end_cost_no_time(tmp_path: Path) -> None:
    long = "text-decoration:" * 3000
    for unit, times in (("<a href='#n'>1</a>", 5000), ("<i hidden>", 900), (f"<b style='{long}'>1</b>", 300)):
        assert "sold to a firm" in _text(tmp_path, f"<p>{unit * times}</p>")


@pytest.mark.parametrize("frame", ["form", "aside", "menu", "dialog"])
def test_a_page_in_one_frame_is_read(tmp_path: Path, frame: str) -> None:
    assert "sold to a firm of Eastport" in _text(tmp_path, "<p>The price was not told to the council.</p>", frame)


def test_a_cell_is_read_with_its_head(tmp_path: Path) -> None:
    rows = "<tr><td>Tern</td><td><ul><li>9:00</li><li>11:00</li></ul></td></tr><tr><td>Ox</td><td>16:30</td></tr>"
    text = _text(tmp_path, f"<table><tr><th>Ship</th><th>Leaves</th></tr>{rows}</table>{_LEAD}")
    assert "Ship: Tern" in text
    assert "Leaves: 9:00, 11:00" in text
    assert "Leaves: 16:30" in text


def test_a_letter_belongs_to_its_word_and_a_linked_one_is_a_mark(tmp_path: Path) -> None:
    text = _text(
        tmp_path,
        "<p>M<sup>e</sup> Roux of the 1<sup>e</sup> court wrote x<sup>2</sup> in the margin"
        "<sup><a href=#a>a</a></sup>.</p>",
    )
    assert "Me Roux of the 1e court wrote x² in the margin." in text


@pytest.mark.parametrize("sign", ["\x0b", "\x01", "&#11;", "&#x1F;", "&#1", "&#0000002;"])
def test_control_characters_do_not_end_the_reading(tmp_path: Path, sign: str) -> None:
    text = _text(
        tmp_path, f"<p>The wardens said <q>hardly{sign} more</q> otters swam in the marsh than <s>9{sign}</s> 12.</p>"
    )
    assert "“hardly more” otters swam in the marsh than 12." in text


_COUNTED = "<p>The wardens counted 268<sup>4</sup> otters in 2022<sup>1</sup> on 14 km<sup>2</sup> of marsh.</p>"
_PRICED = "<p>A boat costs <s>35</s> <b>20</b> crowns an hour, and the guide said <q>hardly more</q> was paid.</p>"
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Marsh Post</title><id>f</id>
<updated>2023-05-01T00:00:00Z</updated><entry><title>Otters</title><id>1</id><updated>2023-05-01T00:00:00Z</updated>
<content type="html">{}</content></entry></feed>"""
_LETTER = "From: Ina <ina@example.org>\nSubject: Otters\nDate: Mon, 1 May 2023 08:00:00 +0000\nMIME-Version: 1.0\n"


@pytest.mark.parametrize("way", ["jsonl", "xml", "eml", "md"])
def test_marks_and_struck_words_are_read_alike_on_every_way_in(tmp_path: Path, way: str) -> None:
    body = _COUNTED + _PRICED
    path = tmp_path / f"otters.{way}"
    path.write_text(
        {
            "jsonl": json.dumps({"title": "Otters", "text": body}),
            "xml": _ATOM.format(body.replace("&", "&amp;").replace("<", "&lt;")),
            "eml": f"{_LETTER}Content-Type: text/html; charset=utf-8\n\n<html><body>{body}</body></html>",
            "md": f"# Otters\n\n{body[3:]}".replace("</p><p>", "\n\n")
            .replace("</p>", "")
            .replace("<b>20</b>", "**20**"),
        }[way],
        encoding="utf-8",
    )
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert "counted 268 otters in 2022 on 14 km² of marsh" in item.text
    assert "35" not in item.text
    assert "said “hardly more” was paid" in item.text


def test_marks_in_cells_are_no_digits_of_theirs(tmp_path: Path) -> None:
    head = "<tr><th>Marsh</th><th>Otters<sup>1</sup></th><th>Size (km<sup>2</sup>)</th></tr>"
    rows = "<tr><td>Reed</td><td>57<sup>3</sup></td><td>8</td></tr>"
    rows += "<tr><td>Sedge</td><td><del>90</del> 61</td><td>6</td></tr>"
    text = _text(tmp_path, f"<table>{head}{rows}</table>{_LEAD}")
    assert "Marsh: Reed; Otters: 57; Size (km²): 8 (Reed)." in text
    assert "Marsh: Sedge; Otters: 61; Size (km²): 6 (Sedge)." in text


@pytest.mark.parametrize("name", ["html", "body_html", "content_html", "contentHtml", "articleHTML"])
def test_the_text_of_a_record_may_be_named_as_html(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{"title": "Otters", name: _COUNTED}]), encoding="utf-8")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert item.title == "Otters"
    assert "268 otters" in item.text


def test_a_record_that_holds_a_whole_page_is_read_as_one(tmp_path: Path) -> None:
    page = (
        "<!DOCTYPE html><html><head><title>Otters</title>"
        "<meta property='article:published_time' content='2023-05-02'>"
        "<meta property='og:site_name' content='Marsh Post'></head><body><nav><a href=/s>Sport</a></nav>"
        f"<article><h1>Otters of the marsh</h1>{_LEAD}{_COUNTED}</article><footer>All rights</footer></body></html>"
    )
    path = tmp_path / "crawl.jsonl"
    path.write_text(json.dumps({"url": "https://marsh.example/otters", "html": page, "date": "2023-05-01"}))
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert (item.url, item.published, item.outlet) == ("https://marsh.example/otters", "2023-05-01", "Marsh Post")
    assert "268 otters in 2022" in item.text
    assert "Sport" not in item.text
    assert "rights" not in item.text


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"


def _docx(path: Path) -> None:
    def run(words: str, form: str = "") -> str:
        return f'<w:r><w:rPr>{form}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'

    raised, struck, kept = '<w:vertAlign w:val="superscript"/>', "<w:strike/>", '<w:strike w:val="0"/>'
    runs = [
        ("The wardens counted 268", ""), ("4", raised), (" otters on the 3", ""), ("rd", raised),
        (" of May on 14 km", ""), ("2", raised), (" of marsh. A boat costs ", ""), ("35 ", struck),
        ("20 crowns an hour, and the ", ""), ("guide", kept), (" said no more.", ""),
    ]  # fmt: skip
    paragraph = "".join(run(words, form) for words, form in runs)
    with ZipFile(path, "w") as package:
        body = f"<w:body><w:p>{paragraph}</w:p></w:body>"
        package.writestr("word/document.xml", f'<w:document xmlns:w="{_WORD}">{body}</w:document>')


def _odt(path: Path) -> None:
    def span(words: str, style: str) -> str:
        return f'<text:span text:style-name="{style}">{words}</text:span>'

    styles = "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties {form}/></style:style>'
        for name, form in (
            ("T1", 'style:text-position="super 58%"'),
            ("T2", 'style:text-line-through-style="solid"'),
            ("T3", 'style:text-line-through-style="none"'),
        )
    )
    said = (
        f"The wardens counted 268{span('4', 'T1')} otters on the 3{span('rd', 'T1')} of May on 14 km{span('2', 'T1')}"
        f" of marsh. A boat costs {span('35 ', 'T2')}20 crowns an hour, and the {span('guide', 'T3')} said no more."
    )
    names = " ".join(f'xmlns:{name}="{_OPEN}{name}:1.0"' for name in ("office", "text", "style"))
    body = f"<office:body><office:text><text:p>{said}</text:p></office:text></office:body>"
    with ZipFile(path, "w") as package:
        content = f"<office:automatic-styles>{styles}</office:automatic-styles>{body}"
        package.writestr("content.xml", f"<office:document-content {names}>{content}</office:document-content>")


@pytest.mark.parametrize("way", ["docx", "odt"])
def test_marks_and_struck_words_of_a_word_processor_are_read_so(tmp_path: Path, way: str) -> None:
    path = tmp_path / f"otters.{way}"
    {"docx": _docx, "odt": _odt}[way](path)
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert item.text == (
        "The wardens counted 268 otters on the 3rd of May on 14 km² of marsh. A boat costs 20 crowns an hour, and the"
        " guide said no more."
    )


@pytest.mark.parametrize(
    "note", ["The firm counted them.", "<https://ferry.example/count>", "https://ferry.example/count"]
)
def test_marks_of_footnotes_in_markdown_are_none_of_the_figures_before_them(tmp_path: Path, note: str) -> None:
    path = tmp_path / "ferry.md"
    said = "It carried 340[^2] people in 2021[^why], and `x[^2]` and [^other] stay as they are in the log of the ship."
    path.write_text(f"# Ferry\n\n{said}\n\n[^2]: {note}\n[^why]: Since the bridge was shut.\n")
    (item,) = read_articles(str(path))
    assert isinstance(item, Article), item
    assert item.text.startswith("It carried 340 people in 2021, and x[^2] and [^other] stay as they are")
    assert "Since the bridge was shut." in item.text


@pytest.mark.parametrize(
    "box",
    [
        "<div class='newsletter'>Sign up and get 5 stories a day about the harbour of Eastport.</div>",
        "<section id=newsletter-signup><p>Get 5 stories a day about the harbour of Eastport.</p></section>",
        "<div class='article__author-bio wide'>Ruth Vane won 5 prizes for stories about the harbour of Eastport.</div>",
        "<aside class=about-the-author><p>Ruth Vane won 5 prizes for stories of Eastport.</p></aside>",
        "<div class=newsletter hidden>Get 5 stories a day about the harbour of Eastport.</div>",
        "<div class=author-box style='display:none'><p>Ruth Vane won 5 prizes for stories of Eastport.</p></div>",
        "<ul class=related-stories><li><a href=/a>Fire kills 5 on a ferry of Eastport</a></li></ul>",
    ],
)
@pytest.mark.parametrize("frame", ["div", "article"])
def test_a_box_beside_the_article_is_none_of_its_words(tmp_path: Path, box: str, frame: str) -> None:
    said = "The firm paid 2.1 million crowns for it.<br><br>It is to sail from pier four again in May, every hour."
    text = _text(tmp_path, f"<div>{said}</div>{box}<div>It carried 340 people a day before.</div>", frame)
    assert " 5 " not in text
    assert "340 people" in text


def test_an_article_in_a_container_with_a_boxs_name_stays(tmp_path: Path) -> None:
    said = "<p>The firm paid 2.1 million crowns for the ferry, and it is to sail from pier four again in May.</p>" * 4
    assert "2.1 million" in _text(tmp_path, f"<div class=related-content>{said}</div>", "div")
