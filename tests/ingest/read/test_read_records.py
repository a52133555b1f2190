"""Tables and JSON: every row is an article or says why not, and one bad row costs no other."""

import csv
import json
import tracemalloc
from pathlib import Path

import pytest

from ingest.article import Article, Failure, article_id
from ingest.sources import count_articles, read_articles

_TEXT = "The army left the north on Monday, two officials said."


def _read(path: Path, content: str | bytes) -> list[Article | Failure]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(read_articles(str(path)))
    assert count_articles(str(path)) == len(items)
    return items


def _texts(items: list[Article | Failure]) -> list[str]:
    return [item.text for item in items if isinstance(item, Article)]


def _reasons(items: list[Article | Failure]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Failure)]


@pytest.mark.parametrize(
    "header",
    [
        "url,title,text,date,outlet",
        "Link,Headline,Body,Published,Publisher",
        "HREF,NAME,Full Text,pubDate,Site-Name",
        "\ufeffarticle_url,title,content,publication_date,newspaper",
    ],
)
@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t"), ("a.csv", "|")])
def test_fields_in_their_usual_spellings(tmp_path: Path, header: str, name: str, mark: str) -> None:
    row = f"https://d.example/a,Army leaves,{_TEXT.replace(',', '')},2019-01-04,The Daily"
    (article,) = _read(tmp_path / name, f"{header}\n{row}\n".replace(",", mark))
    assert article == Article(
        id=article_id("https://d.example/a"),
        title="Army leaves",
        text=_TEXT.replace(",", ""),
        source=name,
        url="https://d.example/a",
        published="2019-01-04",
        outlet="The Daily",
        place=str(tmp_path / name),
        language="en",
    )


def test_quoted_newlines_empty_rows_and_bad_rows(tmp_path: Path) -> None:
    table = (
        'title,text\nOne,"First line.\n\nSecond ""quoted"" line."\n\n,\nTwo,\nThree,a,b,c\nFour,Fourth text.\n'
        "Five,\x00 nul text.\n"
    )
    items = _read(tmp_path / "a.csv", table.replace("\x00", ""))
    assert _texts(items) == ['First line.\n\nSecond "quoted" line.', "Fourth text.", "nul text."]
    two, three = _reasons(items)
    assert two.startswith("row 2: no text")
    assert three.startswith("row 3: 4 cells under 2 columns")


@pytest.mark.parametrize(
    "bad", ['Two,"Second.', 'Two,"Second "quoted" words."', 'Two,"Second "quoted" words.\n\nMore of it."']
)
@pytest.mark.parametrize("last", ["Four,Fourth.", 'Four,"Fourth."', 'Four,"Fourth."\nFive,"Fifth, too."'])
def test_quotes_that_do_not_pair_up_cost_their_own_row_only(tmp_path: Path, bad: str, last: str) -> None:
    items = _read(tmp_path / "a.csv", f"title,text\nOne,First.\n{bad}\nThree,Third.\n{last}\n")
    fifth = ["Fifth, too."] if "Five" in last else []
    assert _texts(items) == ["First.", "Third.", "Fourth.", *fifth]
    assert _reasons(items) == ["row 2: its quotation marks do not pair up; double those inside a cell"]


def test_a_table_made_to_be_read_over_and_over_ends_soon(tmp_path: Path) -> None:
    items = _read(tmp_path / "a.csv", "title,text\n" + 'b","c\n' * 20_000)
    assert "nothing after row" in _reasons(items)[-1]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
@pytest.mark.parametrize("letters", ["é", "é, ß, ü"])
def test_a_damaged_byte_costs_its_letter_only(tmp_path: Path, name: str, letters: str) -> None:
    texts = [f"The mayor likes {letters}.", "The caf# is open.", "All is well."]
    if name == "a.csv":
        whole = "text\n" + "".join(f'"{text}"\n' for text in texts)
    else:
        rows = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
        whole = "\n".join(rows) if name == "a.jsonl" else f"[{','.join(rows)}]"
    items = _read(tmp_path / name, whole.encode().replace(b"#", b"\xff"))
    assert _texts(items) == [texts[0], "The caf\ufffd is open.", texts[2]]


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 7, "headline": "One", "body": ["First.", "More."], "datePublished": 1546560000}),
        "not json",
        "",
        "[1]",
        json.dumps({"title": "Two", "text": "Second \ud800.", "source": {"name": "The Daily"}}),
        '{"a":' * 100_000,
    ]
    items = _read(tmp_path / "a.jsonl", "\n".join(lines))
    first, second = (item for item in items if isinstance(item, Article))
    assert (first.title, first.text, first.published) == ("One", "First.\n\nMore.", "2019-01-04")
    assert first.id == article_id(f"{tmp_path / 'a.jsonl'}#7")
    assert (second.text, second.outlet) == ("Second \ufffd.", "The Daily")
    assert [reason.split(":")[0] for reason in _reasons(items)] == ["line 2", "line 4", "line 6"]


@pytest.mark.parametrize(
    "document",
    [
        [{"title": "One", "text": "First."}, {"title": "Two", "text": "Second."}],
        {"status": "ok", "articles": [{"title": "One", "content": "First."}, {"title": "Two", "content": "Second."}]},
    ],
)
def test_json_arrays(tmp_path: Path, document: object) -> None:
    assert _texts(_read(tmp_path / "a.json", json.dumps(document))) == ["First.", "Second."]


def test_one_json_object_and_json_lines_under_the_name_json(tmp_path: Path) -> None:
    one = json.dumps({"title": "One", "text": "First."})
    assert _texts(_read(tmp_path / "a.json", one)) == ["First."]
    assert _texts(_read(tmp_path / "b.json", one + "\n" + one.replace("First", "Second"))) == ["First.", "Second."]


def test_html_in_a_field_becomes_text(tmp_path: Path) -> None:
    html = "<p>The <b>army</b> left &amp; went.</p><script>evil()</script><p>No one was hurt.</p>"
    items = _read(tmp_path / "a.jsonl", json.dumps({"title": "T", "content": html}))
    assert _texts(items) == ["The army left & went.\n\nNo one was hurt."]


_LONG = "The ferry to Malen was raised on Friday. It lay there for 9 weeks. The county pays 2 million crowns for it."


def _facts(item: Article | Failure) -> tuple[str | None, ...]:
    assert isinstance(item, Article), item
    return item.title, item.text, item.published, item.outlet, item.author, item.url


_ALL = ("Ferry raised", _LONG, "2024-05-03", "Malen Courier", "Ole Lind", "https://m.example/ferry")
_PARAGRAPHS = [f"{sentence}." for sentence in _LONG.rstrip(".").split(". ")]
_PLAIN = {
    "title": "Ferry raised",
    "text": _LONG,
    "date": "2024-05-03",
    "outlet": "Malen Courier",
    "author": "Ole Lind",
    "url": "https://m.example/ferry",
}
_OBJECTS: list[dict[str, object]] = [
    {"_index": "news", "_id": {"$oid": "5f"}, "_source": {**_PLAIN, "date": {"$date": "2024-05-03T10:00:00Z"}}},
    {"article": _PLAIN},
    {"id": "1", "type": "articles", "attributes": _PLAIN},
    {"meta": {key: value for key, value in _PLAIN.items() if key != "text"}, "content": {"rendered": _LONG}},
    {**_PLAIN, "title": {"main": "Ferry raised", "kicker": "Sea"}, "text": {"name": "main", "html": f"<p>{_LONG}</p>"}},
    {**_PLAIN, "text": [{"type": "text/plain", "value": _LONG}, {"type": "text/html", "value": "<p>The ferry.</p>"}]},
    {**_PLAIN, "date": {"published": "2024-05-03"}, "author": {"firstName": "Ole", "lastName": "Lind"}},
    {**_PLAIN, "date": [2024, 5, 3, 10, 0, 0], "author": [{"name": "Ole Lind"}], "outlet": {"name": "Malen Courier"}},
    {**_PLAIN, "date": {"$date": {"$numberLong": "1714730400000"}}, "url": {"href": "https://m.example/ferry"}},
    {"@type": "NewsArticle", "headline": {"@value": "Ferry raised"}, "articleBody": _LONG,
     "publisher": {"@type": "Org", "name": "Malen Courier"}, "author": [{"@type": "Person", "name": "Ole Lind"}],
     "datePublished": "2024-05-03", "url": "https://m.example/ferry"},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(_OBJECTS)))
def test_an_object_where_a_text_is_expected(tmp_path: Path, number: int) -> None:
    (item,) = _read(tmp_path / "a.jsonl", json.dumps(_OBJECTS[number]))
    assert _facts(item) == _ALL


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "paragraph", "data": {"text": paragraph}} for paragraph in _PARAGRAPHS],
        {"blocks": [{"type": "paragraph", "text": paragraph} for paragraph in _PARAGRAPHS]},
        {"type": "doc", "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": half} for half in (text[:9], text[9:])]}
            for text in _PARAGRAPHS
        ]},
        _PARAGRAPHS,
        {"sections": [{"heading": "One", "paragraphs": _PARAGRAPHS[:2]}, {"paragraphs": _PARAGRAPHS[2:]}]},
        {"no": _PARAGRAPHS},
    ],
)  # fmt: skip
def test_a_text_in_blocks(tmp_path: Path, blocks: object) -> None:
    (item,) = _read(tmp_path / "a.jsonl", json.dumps({**_PLAIN, "text": blocks}))
    assert isinstance(item, Article)
    assert item.text.split("\n\n") == _PARAGRAPHS


def test_an_article_in_blocks_beside_related_ones_is_one(tmp_path: Path) -> None:
    related = [{"title": f"Other {number}", "url": "https://m.example/o", "summary": "More."} for number in range(9)]
    blocks = [{"type": "paragraph", "text": paragraph} for paragraph in _PARAGRAPHS]
    (item,) = _read(tmp_path / "a.json", json.dumps({**_PLAIN, "text": blocks, "related": related}))
    assert _facts(item) == (_ALL[0], "\n\n".join(_PARAGRAPHS), *_ALL[2:])


@pytest.mark.parametrize(
    "text", [{"title": "Ferry raised"}, {"id": 7, "kind": "main"}, {}, [], [{"image": "a.png"}], True]
)
def test_an_object_without_words_is_refused(tmp_path: Path, text: object) -> None:
    for name, content in (("a.jsonl", {"title": "Ferry raised", "text": text}), ("a.json", [{"text": text}])):
        (reason,) = _reasons(_read(tmp_path / name, json.dumps(content)))
        assert reason.startswith("row 1: no text in it")


_TRADE = {
    "NewsAPI": {"status": "ok", "totalResults": 1, "articles": [{
        "source": {"id": None, "name": "Malen Courier"}, "author": "Ole Lind", "title": "Ferry raised - Malen Courier",
        "description": "Short.", "url": "https://m.example/ferry", "publishedAt": "2024-05-03T10:00:00Z",
        "content": f"{_LONG} Skipper Ida Mo said that 12,3… [+2345 chars]"}]},
    "Guardian": {"response": {"status": "ok", "results": [{
        "id": "a/b", "webTitle": "Ferry raised", "webPublicationDate": "2024-05-03T10:00:00Z",
        "webUrl": "https://m.example/ferry",
        "fields": {"headline": "Ferry raised", "byline": "Ole Lind", "publication": "Malen Courier",
                   "bodyText": _LONG}}]}},
    "JSON Feed": {"version": "https://jsonfeed.org/version/1.1", "title": "Malen Courier", "description": "All news",
        "home_page_url": "https://m.example/", "items": [{"id": "1", "url": "https://m.example/ferry",
        "title": "Ferry raised", "content_html": f"<p>{_LONG}</p>", "date_published": "2024-05-03T10:00:00-07:00",
        "authors": [{"name": "Ole Lind"}]}]},
    "Elasticsearch": {"took": 3, "hits": {"total": {"value": 1}, "hits": [{"_id": "1", "_source": _PLAIN}]}},
    "Solr": {"responseHeader": {"status": 0, "params": {"q": "x"}}, "response": {"numFound": 1, "docs": [_PLAIN]}},
    "GraphQL": {"data": {"posts": {"edges": [{"cursor": "x", "node": _PLAIN}], "pageInfo": {"end": True}}}},
    "JSON:API": {"data": [{"type": "articles", "id": "1", "attributes": _PLAIN}], "links": {"self": "/a"}},
    "RSS as JSON": {"rss": {"channel": {"title": "Malen Courier", "item": [{
        "title": "Ferry raised", "link": "https://m.example/ferry", "pubDate": "Fri, 03 May 2024 10:00:00 GMT",
        "description": "Short.", "content:encoded": f"<p>{_LONG}</p>", "dc:creator": "Ole Lind"}]}}},
    "rss2json": {"status": "ok", "feed": {"title": "Malen Courier"}, "items": [{
        "title": "Ferry raised", "pubDate": "2024-05-03 10:00:00", "link": "https://m.example/ferry",
        "author": "Ole Lind", "description": "Short.", "content": _LONG}]},
    "articles by their ids": {"a1": _PLAIN},
    "GNews": {"totalArticles": 1, "articles": [{
        "title": "Ferry raised", "description": "Short.", "url": "https://m.example/ferry", "author": "Ole Lind",
        "content": f"{_LONG} Skipper Ida Mo s... [2345 chars]", "publishedAt": "2024-05-03T10:00:00Z",
        "source": {"name": "Malen Courier", "url": "https://m.example"}}]},
    "New York Times": {"status": "OK", "response": {"meta": {"hits": 1}, "docs": [{
        "web_url": "https://m.example/ferry", "lead_paragraph": _LONG, "headline": {"main": "Ferry raised"},
        "source": "Malen Courier", "byline": {"original": "By Ole Lind"}, "pub_date": "2024-05-03T10:00:00+0000",
        "keywords": [{"name": "subject", "value": "Ferries"}]}]}},
    "Event Registry": {"articles": {"page": 1, "results": [{
        "uri": "81", "lang": "eng", "date": "2024-05-03", "title": "Ferry raised", "body": _LONG,
        "url": "https://m.example/ferry", "source": {"uri": "m.example", "title": "Malen Courier"},
        "authors": [{"uri": "ole@m.example", "name": "Ole Lind"}]}]}},
    "beside categories": {"categories": [{"name": f"C{n}", "description": "All of it.", "url": "https://m.example/c"}
        for n in range(5)], "archive": {"db": [{"data": {"posts": [{**_PLAIN, "related": [_PLAIN] * 3}]}}]}},
}  # fmt: skip


@pytest.mark.parametrize("name", _TRADE)
def test_exports_of_the_trade(tmp_path: Path, name: str) -> None:
    (item,) = _read(tmp_path / "a.json", json.dumps(_TRADE[name]))
    assert _facts(item) == _ALL


def test_wordpress_and_feedparser(tmp_path: Path) -> None:
    wordpress = {
        "id": 71, "date": "2024-05-03T16:01:00", "modified": "2024-05-05T10:00:00", "link": "https://m.example/ferry",
        "title": {"rendered": "Ferry raised &#8211; at last"}, "excerpt": {"rendered": "<p>x</p>"}, "author": 3,
        "content": {"rendered": "".join(f"<p>{text}</p>" for text in _PARAGRAPHS), "protected": False},
        "categories": [4],
    }  # fmt: skip
    (item,) = _read(tmp_path / "a.json", json.dumps([wordpress]))
    assert isinstance(item, Article)
    assert (item.title, item.text) == ("Ferry raised – at last", "\n\n".join(_PARAGRAPHS))
    assert (item.published, item.updated, item.author, item.section) == ("2024-05-03", "2024-05-05", None, None)
    parsed = {"title": "Ferry raised", "link": "https://m.example/ferry", "published": "Fri, 03 May 2024 14:01:00 GMT",
              "published_parsed": [2024, 5, 3, 14, 1, 0, 4, 124, 0], "summary": "short",
              "authors": [{"name": "Ole Lind"}],
              "content": [{"type": "text/html", "value": f"<p>{_LONG}</p>"}]}  # fmt: skip
    (item,) = _read(tmp_path / "a.jsonl", json.dumps(parsed))
    assert _facts(item) == (*_ALL[:3], None, *_ALL[4:])


@pytest.mark.parametrize(
    "header",
    [
        "Titel;Datum;Quelle;Autor;Link;Text",
        "Überschrift;Erscheinungsdatum;Zeitung;Verfasser;Webadresse;Volltext",
        "Titre;Date de publication;Journal;Auteur;Lien;Texte intégral",
        "Título;Fecha de publicación;Periódico;Autor;Enlace;Texto completo",
        "Titolo;Data;Testata;Autore;Link;Testo",
        "Headline;Publication Date;Publication Name;Byline;URL;Full Text",
    ],
)
@pytest.mark.parametrize("above", ["", "sep=;\n", '"sep=;"\n', "Export of the press office\n\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_spreadsheets_of_several_languages(tmp_path: Path, header: str, above: str, encoding: str) -> None:
    row = f"Ferry raised;03.05.2024;Malen Courier;Ole Lind;https://m.example/ferry;{_LONG}"
    (item,) = _read(tmp_path / "a.csv", f"{above}{header}\n{row}\n".encode(encoding))
    assert _facts(item) == _ALL


def test_what_no_known_column_holds_is_said(tmp_path: Path) -> None:
    items = _read(
        tmp_path / "a.csv", "Kopf;Wann;Wer druckt;Zahl;Text\nFerry;03.05.2024;Courier;7;It sank.\nB;;;;It rose.\n"
    )
    assert _texts(items) == ["It sank.", "It rose."]
    assert _reasons(items) == [
        "no known column holds the title or date or outlet (not read: Wann, Kopf, Wer druckt);"
        " name the column so, if one of them does"
    ]
    for whole in ("title,date,views,text\nFerry,2024-05-03,7,It sank.\n", "text\nIt sank.\n"):
        assert _reasons(_read(tmp_path / "a.csv", whole)) == []


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_days_are_read_as_other_rows_show(tmp_path: Path, name: str) -> None:
    def days(*written: str) -> list[str | None]:
        rows = [{"text": f"Story {number}.", "date": day} for number, day in enumerate(written)]
        lines = [f"{row['text']},{row['date']}" for row in rows] if name == "a.csv" else list(map(json.dumps, rows))
        items = _read(tmp_path / name, "\n".join((["text,date"] if name == "a.csv" else []) + lines))
        return [item.published for item in items if isinstance(item, Article)]

    assert days("03/04/2019", "25/04/2019", "05/06/2019") == ["2019-04-03", "2019-04-25", "2019-06-05"]
    assert days("03/04/2019", "04/25/2019", "05/06/2019") == ["2019-03-04", "2019-04-25", "2019-05-06"]
    assert days("03/04/2019", "05/06/2019", "2019-01-02") == [None, None, "2019-01-02"]
    assert days("25/04/2019", "04/25/2019", "05/06/2019") == ["2019-04-25", "2019-04-25", None]


def test_of_two_columns_of_one_name_the_first_that_has_something_counts(tmp_path: Path) -> None:
    table = (
        f"title,title,text,date,date\nFerry,Boat,{_LONG},2024-05-03,2020-01-01\n,Tram,{_LONG} It rang.,,2021-02-02\n"
    )
    first, second = (item for item in _read(tmp_path / "a.csv", table) if isinstance(item, Article))
    assert (first.title, first.published) == ("Ferry", "2024-05-03")
    assert (second.title, second.published) == ("Tram", "2021-02-02")


def test_an_export_that_only_has_a_timestamp_is_dated_by_it(tmp_path: Path) -> None:
    hits = {"hits": {"hits": [{"_id": "1", "_source": {"text": _LONG, "@timestamp": "2024-05-03T10:00:00Z"}}]}}
    assert _facts(_read(tmp_path / "a.json", json.dumps(hits).encode())[0])[2] == "2024-05-03"


def test_two_rows_of_one_address(tmp_path: Path) -> None:
    same = "https://d.example/a,One,First text.\n"
    items = _read(tmp_path / "a.csv", f"url,title,text\n{same}{same}https://d.example/a,One,Second text.\n")
    first, again, second = (item for item in items if isinstance(item, Article))
    assert first == again
    assert first.id == article_id("https://d.example/a")
    assert second.id != first.id
    assert (second.url, second.text) == ("https://d.example/a", "Second text.")


def test_a_front_page_is_no_articles_address(tmp_path: Path) -> None:
    items = _read(tmp_path / "a.csv", "url,title,text\nhttps://d.example/,One,First.\nhttps://d.example/,Two,Second.\n")
    assert len({item.id for item in items if isinstance(item, Article)} - {article_id("https://d.example/")}) == 2


def test_rows_without_any_key_keep_their_ids_when_others_are_added(tmp_path: Path) -> None:
    before = _read(tmp_path / "a.csv", "text\nFirst.\nSecond.\n")
    after = _read(tmp_path / "a.csv", "text\nNew.\nFirst.\nSecond.\n")
    assert before == after[1:]


@pytest.mark.slow
def test_memory_does_not_grow_with_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["title", "text"])
        rows.writerows([f"Title {number}", f"{number} " + _TEXT * 200] for number in range(2000))
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    count = sum(1 for item in read_articles(str(path)) if isinstance(item, Article))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2000
    assert peak < 8_000_000  # bytes; one row has 10,000


def test_of_many_empty_rows_a_hundred_are_named(tmp_path: Path) -> None:
    rows = [f"{number},{'A text about the mayor.' if number == 999 else ''}" for number in range(1000)]
    (tmp_path / "a.csv").write_text("id,text\n" + "\n".join(rows) + "\n")
    items = list(read_articles(str(tmp_path / "a.csv")))
    assert sum(isinstance(item, Article) for item in items) == 1
    *named, last = [item.reason for item in items if isinstance(item, Failure)]
    assert [reason.partition(":")[0] for reason in named] == [f"row {number}" for number in range(1, 101)]
    assert last.startswith("899 more gave no article")
