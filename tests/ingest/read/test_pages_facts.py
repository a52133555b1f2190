"""Saved web pages -> what they state of themselves, and what stands in their tables, lists and live posts."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.passages import cell_spans, sentence_spans
from ingest.sources import read_articles

_BODY = (
    "<p>The island of Sund will build two wind mills on its northern shore, the council said on Thursday evening.</p>"
    "<p>They will give power to 3,400 homes and cost 19 million crowns, of which the island pays a third.</p>"
)
_TITLE = "Sund builds two wind mills"


def _articles(tmp_path: Path, head: str = "", body: str = _BODY, title: str = _TITLE) -> list[Article]:
    path = tmp_path / "page.html"
    page = f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
    path.write_text(f"{page}<body><article><h1>{title}</h1>{body}</article></body></html>", encoding="utf-8")
    found = list(read_articles(str(path)))
    assert all(isinstance(item, Article) for item in found), found
    return [item for item in found if isinstance(item, Article)]


def _article(tmp_path: Path, head: str = "", body: str = _BODY, title: str = _TITLE) -> Article:
    (article,) = _articles(tmp_path, head, body, title)
    return article


def _script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


_NEWS = (
    '"@type": "NewsArticle", "headline": "Sund builds two wind mills", "datePublished": "2021-03-05T07:00:00Z",'
    ' "author": {"@type": "Person", "name": "Ida Holm"}, "publisher": {"@type": "Organization", "name": "Sund Post"}'
)
_SITE = (
    '{"@type": "WebPage", "headline": "Sund Post - all of the island", "datePublished": "2009-06-01",'
    ' "author": {"name": "Island Press"}}'
)
_OTHER = (
    '{"@type": "NewsArticle", "headline": "School of Lund gets a new roof", "datePublished": "2020-01-02",'
    ' "author": {"name": "Ole Berg"}}'
)


@pytest.mark.parametrize(
    "head",
    [
        _script(_SITE) + _script(f"{{{_NEWS}}}"),
        _script(f"[{_SITE}, {{{_NEWS}}}]"),
        _script(f'{{"@graph": [{{"@type": ["WebSite"], "datePublished": "2009-06-01"}}, {_SITE}, {{{_NEWS}}}]}}'),
        _script(_OTHER) + _script(f"{{{_NEWS}}}"),
        _script('{"@type": "Person", "name": "A", "datePublished": "2009-06-01"}') + _script(f"{{{_NEWS}}}"),
        _script(f"{{{_NEWS.replace('NewsArticle', 'schema:ReportageNewsArticle')}}}"),
        _script(f'{{"@type": "WebPage", "datePublished": "2009-06-01", "mainEntity": {{{_NEWS}}}}}'),
        _script(f"{{{_NEWS.replace(chr(34) + 'NewsArticle' + chr(34), '[' + chr(34) + 'Article' + chr(34) + ']')}}}"),
    ],
)
def test_the_articles_block_goes_before_the_sites(tmp_path: Path, head: str) -> None:
    article = _article(tmp_path, head)
    found = (article.title, article.published, article.author, article.outlet)
    assert found == (_TITLE, "2021-03-05", "Ida Holm", "Sund Post")


def test_authors_and_publishers_that_are_named_elsewhere_on_the_page(tmp_path: Path) -> None:
    graph = (
        '{"@graph": [{"@type": "Article", "datePublished": "2021-03-05", "author": [{"@id": "#ida"}, {"@id": "#bo"}],'
        ' "publisher": {"@id": "#post"}}, {"@type": "Organization", "@id": "#post", "name": "Sund Post"},'
        ' {"@type": "Person", "@id": "#ida", "name": "Ida Holm"}, {"@type": "Person", "@id": "#bo", "name": "Bo Li"}]}'
    )
    article = _article(tmp_path, _script(graph))
    assert (article.author, article.outlet) == ("Ida Holm, Bo Li", "Sund Post")


@pytest.mark.parametrize(
    "script",
    [
        f"{{{_NEWS},}}",
        f"{{{_NEWS.replace('Holm' + chr(34), 'Holm' + chr(34) + ', ')},\n , }}",
        f"<!--\n{{{_NEWS}}}\n-->",
        f"// <![CDATA[\n{{{_NEWS}}}\n// ]]>",
        f"/* <![CDATA[ */ {{{_NEWS}}} /* ]]> */",
        f"<![CDATA[{{{_NEWS}}}]]>",
        f"\ufeff {{{_NEWS}}};",
        f'{{"description": "one\ntwo\tthree", {_NEWS}}}',
        f'{{"description": "the council\\\'s plan", {_NEWS}}}',
        f'{{"description": "called \\x it", {_NEWS}}}',
        f'{{"description": "a "great" plan, he said", {_NEWS}}}',
        f'{{"url": "https://sund.example/a", // the address\n /* and, the rest */ {_NEWS}}}',
        f"{{{_NEWS}}} {{{_NEWS}}}",
        f"{{{_NEWS}",
        f"{{{_NEWS}}}".replace('"', "&quot;"),
    ],
)
def test_small_defects_of_json_ld_lose_nothing(tmp_path: Path, script: str) -> None:
    article = _article(tmp_path, _script(script))
    assert (article.published, article.author, article.outlet) == ("2021-03-05", "Ida Holm", "Sund Post")


@pytest.mark.parametrize(
    "head",
    [
        _script(f"{{{_NEWS}}}".replace('"2021-03-05T07:00:00Z"', '["2021-03-05T07:00:00Z"]')),
        _script(f"{{{_NEWS}}}".replace('"2021-03-05T07:00:00Z"', '{"@type": "Date", "@value": "2021-03-05"}')),
        _script(f'{{"@type": "Article", "headline": "{_TITLE}"}}') + _script(f"{{{_NEWS}}}"),
        _script(_OTHER) + _script(f'{{"@type": "Article", "headline": "{_TITLE}"}}') + _script(f"{{{_NEWS}}}"),
    ],
    ids=["list", "object", "second block", "second block beside another article's"],
)
def test_a_day_in_a_list_an_object_or_a_second_block_of_the_article(tmp_path: Path, head: str) -> None:
    assert _article(tmp_path, head).published == "2021-03-05"


def test_a_line_that_says_when_the_page_was_published(tmp_path: Path) -> None:
    line = "<p class=date>Published 5 March 2021, 10:15 | Updated 9 March 2021</p>"
    assert _article(tmp_path, body=line + _BODY).published == "2021-03-05"
    other = "<p>Published 1 May 2019</p>"  # two such lines are of two stories
    assert _article(tmp_path, body=line + _BODY + other).published is None
    assert _article(tmp_path, body=f"{_BODY}<p>Published 5 March 2021 was a book on mills.</p>").published is None


def test_json_ld_that_cannot_be_read_costs_no_time(tmp_path: Path) -> None:
    for unit in (",", '"\\"', "/*", '" ', "[", " ", "<!--", '{"a":', "\\", '"a", '):
        assert _article(tmp_path, _script("{" + unit * 60_000)).title == _TITLE


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Bj&#246;rn&#8217;s caf&eacute; &amp; bar opens", "Björn’s café & bar opens"),
        ("Bj&amp;#246;rn&amp;rsquo;s caf&amp;eacute; &amp;amp; bar opens", "Björn’s café & bar opens"),
        ("AT&T and Q&A: what changes", "AT&T and Q&A: what changes"),
    ],
)
@pytest.mark.parametrize("place", ["title", "og", "headline"])
def test_entities_in_titles_and_names_are_decoded(tmp_path: Path, written: str, read: str, place: str) -> None:
    head = {
        "title": "",
        "og": f'<meta property="og:title" content="{written}">',
        "headline": _script(f'{{"@type": "Article", "headline": "{written}", "author": "M&aacute;ire N&iacute; Bhr"}}'),
    }[place]
    article = _article(tmp_path, head, title=written if place == "title" else "")
    assert article.title == read
    assert place != "headline" or article.author == "Máire Ní Bhr"


@pytest.mark.parametrize(
    "name",
    [
        "pub_date",
        "sn-post-date",
        "article:published:time",
        "og:pubdate",
        "OG:Article:PublishedTime",
        "publishDate",
        "article.date_published",
        "article:post_date",
        "dc.date.publication",
        "publication-date",
        "datePosted",
        "dateOfPublication",
        "bt:pubDate",
        "cXenseParse:recs:publishtime",
        "DCTERMS.dateIssued",
        "displaydate",
    ],
)
@pytest.mark.parametrize("attribute", ["name", "property", "itemprop"])
def test_spellings_of_the_day_of_publication(tmp_path: Path, name: str, attribute: str) -> None:
    head = (
        f'<meta {attribute}="article:update_date" content="2021-03-09"><meta {attribute}="{name}" content="2021-03-05">'
    )
    article = _article(tmp_path, head)
    assert (article.published, article.updated) == ("2021-03-05", "2021-03-09")


@pytest.mark.parametrize(
    "name", ["og:video:release_date", "expiration_date", "event:start_time", "article:publisher", "copyright-date"]
)
def test_other_days_are_not_that_of_publication(tmp_path: Path, name: str) -> None:
    assert _article(tmp_path, f'<meta property="{name}" content="2021-03-05">').published is None


_BOTH = ("2021-03-05", "2021-03-09")
_DAY = "datetime='2021-03-05'"
_CHANGED = "itemprop=dateModified datetime='2021-03-09T10:00Z'"


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        (f"<time {_CHANGED}>15/03/2020 | Updated on 09/03/2021</time>", "2020-03-15", "2021-03-09"),
        (f"<time {_CHANGED}>9 March 2021</time>", None, "2021-03-09"),
        (f"<time {_CHANGED}>Changed</time><div itemprop=startDate content='2021-06-01'></div>", None, "2021-03-09"),
        ("<p>Updated: <time datetime='2021-03-09'>9 March</time></p>", None, "2021-03-09"),
        (f"<p>Published <time {_DAY}>5 March</time> Last updated <time datetime='2021-03-09'></time></p>", *_BOTH),
        (f"<time class='entry-date published' {_DAY}></time><time class=updated datetime=2021-03-09></time>", *_BOTH),
        (f"<span itemprop=datePublished content='2021-03-05'>Friday</span><time {_CHANGED}></time>", *_BOTH),
        ("<p>Published 5 March 2021 at 07:10 (updated 9 March 2021 at 10:00)</p>", *_BOTH),
        ("<p>First published: 5 March 2021, last updated 9 March 2021</p>", *_BOTH),
        ("<p>March 5, 2021 - Updated March 9, 2021 10:00 am</p>", *_BOTH),
        ("<p>By Ada Lund | Published 5:30 p.m. ET March 5, 2021 | Updated 9:00 a.m. ET March 9, 2021</p>", *_BOTH),
        ("<p>Posted on 25/02/2021 07:10 | Updated on 28.02.2021</p>", "2021-02-25", "2021-02-28"),
    ],
)
def test_a_day_of_change_is_not_that_of_publication(
    tmp_path: Path, line: str, published: str | None, updated: str | None
) -> None:
    article = _article(tmp_path, body=line + _BODY)
    assert (article.published, article.updated) == (published, updated)


@pytest.mark.parametrize(
    "path",
    ["news/20210305/4412/mills.html", "2021/mar/05/mills", "2021/3/5/mills", "a/20210305-mills", "a/2021-03-05-mills"],
)
def test_a_day_in_the_address(tmp_path: Path, path: str) -> None:
    changed = "<time itemprop=dateModified datetime='2021-03-09'></time>"
    article = _article(tmp_path, f"<link rel=canonical href='https://sund.example/{path}'>", changed + _BODY)
    assert (article.published, article.updated) == _BOTH


def test_a_page_whose_json_ld_names_only_its_making_and_its_change(tmp_path: Path) -> None:
    made = '{"@type": "Article", "dateCreated": "2021-03-05T06:00:00", "dateModified": "2021-03-09"}'
    article = _article(tmp_path, _script(made))
    assert (article.published, article.updated) == _BOTH


def _rows(tmp_path: Path, table: str) -> list[str]:
    """The lines that the stored text has between the two paragraphs."""
    first, _, last = _BODY.partition("</p>")
    text = _article(tmp_path, body=f"{first}</p>{table}{last}").text
    assert text.startswith("The island of Sund")
    assert text.endswith("pays a third.")
    return text.split("\n\n", 1)[1].rsplit("\n\n", 1)[0].split("\n") if text.count("\n\n") > 1 else []


_HEAD = "<tr><th>Harbour<th>Ships<th>Berths</tr>"
_CELLS = "<tr><td>Lund<td>14<td>3</tr><tr><td>Vik<td>9<td>2</tr>"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (_HEAD + _CELLS, ["Harbour: Lund; Ships: 14; Berths: 3 (Lund).", "Harbour: Vik; Ships: 9; Berths: 2 (Vik)."]),
        (
            f"<caption>Ships in <b>2020</b></caption><thead>{_HEAD}</thead><tbody>{_CELLS}</tbody>",
            [
                "Ships in 2020",
                "Harbour: Lund; Ships: 14; Berths: 3 (Lund).",
                "Harbour: Vik; Ships: 9; Berths: 2 (Vik).",
            ],
        ),
        (
            _HEAD.replace("th>", "td>") + _CELLS,
            ["Harbour: Lund; Ships: 14; Berths: 3 (Lund).", "Harbour: Vik; Ships: 9; Berths: 2 (Vik)."],
        ),
        (
            "<tr><th colspan=3>The harbours of Sund</tr>" + _HEAD + _CELLS,
            [
                "The harbours of Sund",
                "Harbour: Lund; Ships: 14; Berths: 3 (Lund).",
                "Harbour: Vik; Ships: 9; Berths: 2 (Vik).",
            ],
        ),
        (
            "<tr><th rowspan=2>Harbour<th colspan=2>2020</tr><tr><th>Ships<th>Berths</tr>" + _CELLS,
            [
                "Harbour: Lund; 2020 Ships: 14; 2020 Berths: 3 (Lund).",
                "Harbour: Vik; 2020 Ships: 9; 2020 Berths: 2 (Vik).",
            ],
        ),
        (
            "<tr><th><th>Ships</tr><tr><th scope=row>Lund<td>14</tr><tr><th scope=row>Vik<td>9</tr>",
            ["Lund; Ships: 14 (Lund).", "Vik; Ships: 9 (Vik)."],
        ),
        (
            "<tr><th>No.<th>Harbour<th>Ships</tr><tr><td>1<td>Lund<td>14</tr>",
            ["No.: 1; Harbour: Lund; Ships: 14 (Lund)."],
        ),
        ("<tr><th>Ships<td>14</tr><tr><th>Berths:<td>3</tr>", ["Ships: 14", "Berths: 3"]),
        (
            "<tr><th>Day<th>Boat<th>Fare</tr><tr><td rowspan=2>Friday<td>8:10<td>12 crowns</tr>"
            "<tr><td>9:40<td>10 crowns</tr><tr><td>Sunday<td colspan=2>none</tr>",
            [
                "Day: Friday; Boat: 8:10; Fare: 12 crowns (Friday).",
                "Day: Friday; Boat: 9:40; Fare: 10 crowns (Friday).",
                "Day: Sunday; Boat: none; Fare: none (Sunday).",
            ],
        ),
        (
            _HEAD + "<tr><td colspan=3>North</tr><tr><td>Lund<td>14<td></tr>",
            ["North – Harbour: Lund; Ships: 14 (Lund)."],
        ),
        (
            "<tr><th>Day<th>Open</tr><tr><td>Friday<td><ul><li>8:00 to 11:00</li><li>free <b>for</b> all</li></ul></tr>"
            "<tr><td>Sunday<td>10:00<br>to 12:00<sup><a href='#1'>1</a></sup> <del>13:00</del></tr>",
            [
                "Day: Friday; Open: 8:00 to 11:00, free for all (Friday).",
                "Day: Sunday; Open: 10:00, to 12:00 (Sunday).",
            ],
        ),
    ],
)
def test_a_cell_stands_beside_the_head_of_its_column(tmp_path: Path, table: str, lines: list[str]) -> None:
    assert _rows(tmp_path, f"<table>{table}</table>") == lines
    text = "\n".join(lines)
    assert [text[start:end] for start, end in sentence_spans(text)] == lines  # each row is one sentence
    if "<th" in table:
        assert _rows(tmp_path, f"<figure><div class=wide><table class=data>{table}</table></div></figure>") == lines


@pytest.mark.parametrize(
    "table",
    [
        f"<table role=presentation><tr><th>Sund Post<th>Today</tr><tr><td>{_BODY}<td>Weather</tr></table>",
        f"<table><tr><th>News<th>More</tr><tr><td>{_BODY * 2}<td>x</tr></table>",
        f"<table><tr><td>{_BODY}</tr></table>",
    ],
)
def test_a_table_that_lays_out_the_page_is_left_alone(tmp_path: Path, table: str) -> None:
    text = _article(tmp_path, body=table).text
    assert "will build two wind mills on its northern shore, the council said" in text
    assert "News: " not in text
    assert "Sund Post: " not in text


@pytest.mark.parametrize(
    ("terms", "lines"),
    [
        (
            "<dt>Ferry</dt><dd>Leaves at 8:10</dd><dt>Found things</dt><dd>At 3 Pier Lane</dd>",
            ["Ferry: Leaves at 8:10", "Found things: At 3 Pier Lane"],
        ),
        ("<div><dt>Who pays?<dd>The island<dd>The state</div>", ["Who pays? The island; The state"]),
        ("<dt>Lund<dt>Vik<dd><p>Open <i>daily</i></p>", ["Lund, Vik: Open daily"]),
    ],
)
def test_a_term_stands_beside_what_it_is(tmp_path: Path, terms: str, lines: list[str]) -> None:
    assert _rows(tmp_path, f"<dl>{terms}</dl>") == lines


def test_tables_without_end_cost_no_time(tmp_path: Path) -> None:
    for table in (
        _HEAD + "<tr><td rowspan=99999 colspan=99999>a" * 3000,
        _HEAD + "<tr><td>a" * 1500,
        _HEAD + "<table>" * 900,
        "<dl>" * 900 + "<dt>a<dd>b",
    ):
        assert _article(tmp_path, body=f"{_BODY}<table>{table}</table>").text.startswith("The island")


_POSTS = (
    (
        "2021-03-06T21:40:00+01:00",
        "Seven boats lost",
        "Seven boats have been lost in the flood, the harbour master said.",
    ),
    ("2021-03-06T08:15:00+01:00", "", "The road to Vik is open again for cars, but not for lorries."),
    ("2021-03-05T19:05:00+01:00", "Three boats lost", "Three boats have been lost in the flood, a fisherman said."),
)
_INTRO = "<p>We follow the flood on the island of Sund, which began on Friday morning after a night of rain.</p>"
_LIVE = _script('{"@type": ["LiveBlogPosting"], "headline": "Flood on Sund", "datePublished": "2021-03-05"}')


def _posts(form: str) -> str:
    return "".join(
        form.format(
            time=f"<time datetime='{moment}'>some time ago</time>", head=f"<h3>{head}</h3>" if head else "", said=said
        )
        for moment, head, said in _POSTS
    )


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (_LIVE, "<div class=entry>{time}{head}<p>{said}</p></div>"),
        (_LIVE, "<section><header><span>{time}</span>{head}</header><div><p>{said}</p></div></section>"),
        (_LIVE, "<p><b>{time}</b></p>{head}<p>{said}</p>"),
        ("", "<li class='live-update'>{time}{head}<p>{said}</p></li>"),
    ],
)
def test_each_post_of_a_live_blog_has_its_own_day(tmp_path: Path, head: str, form: str) -> None:
    above, *posts = _articles(tmp_path, head, f"{_INTRO}<div class=list>{_posts(form)}</div>", "Flood on Sund")
    assert above.text == _INTRO[3:-4]
    assert [post.text for post in posts] == [said for _, _, said in _POSTS]
    assert [post.published for post in posts] == ["2021-03-06", "2021-03-06", "2021-03-05"]
    assert posts[0].title == "Flood on Sund – Seven boats lost (21:40)"
    assert len({post.id for post in posts}) == 3


def test_a_post_keeps_its_identity_when_another_comes(tmp_path: Path) -> None:
    form = "<div class=entry>{time}{head}<p>{said}</p></div>"
    before = _articles(tmp_path, _LIVE, f"{_INTRO}<div>{_posts(form)}</div>")
    newer = form.format(time="<time datetime='2021-03-07T07:00'>now</time>", head="", said="The flood has gone back.")
    after = _articles(tmp_path, _LIVE, f"{_INTRO}<div>{newer}{_posts(form)}</div>")
    assert {article.id for article in before} < {article.id for article in after}


@pytest.mark.parametrize("kind", ["comment", "related-story"])
def test_comments_and_other_pages_with_times_are_no_live_blogs(tmp_path: Path, kind: str) -> None:
    form = f"<div class='{kind}'>{{time}}{{head}}<p>{{said}}</p></div>"
    assert len(_articles(tmp_path, "", f"{_BODY}<div class='live'>{_posts(form)}</div>")) == 1
    assert len(_articles(tmp_path, "", f"{_BODY}<div>{_posts(form.replace(kind, 'x'))}</div>")) == 1


def test_a_ticker_beside_an_article_is_no_live_blog(tmp_path: Path) -> None:
    ticker = _posts("<li class=live-ticker>{time}{head}<p>{said}</p></li>")
    assert len(_articles(tmp_path, "", f"{_BODY}{_INTRO * 3}</article><aside><ul>{ticker}</ul></aside><article>")) == 1


def test_the_cells_of_a_pages_table_are_found_again_in_its_lines(tmp_path: Path) -> None:
    rows = "<tr><td>Greens</td><td>Ana Moor</td><td>22</td></tr><tr><td>Labour</td><td>Tom Quist</td><td>15</td></tr>"
    head = "<thead><tr><th>Party</th><th>Leader</th><th>Seats</th></tr></thead>"
    text = _article(tmp_path, body=f"{_BODY}<table>{head}<tbody>{rows}</tbody></table>").text
    cells = [[text[slice(*cell)] for cell in cell_spans(text, *sentence)] for sentence in sentence_spans(text)]
    assert [row for row in cells if row] == [["Greens", "Ana Moor", "22"], ["Labour", "Tom Quist", "15"]]
