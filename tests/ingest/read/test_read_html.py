"""Saved web pages -> the article, its title and date, and nothing else of the page."""

from pathlib import Path

import pytest

from ingest.article import Article, Failure
from ingest.sources import read_articles

_BODY = (
    "<p>The United States will keep 25,000 troops in Kuwait, officials said on Monday, and the number is not "
    "expected to change before the spring of next year.</p><p>The decision follows long talks with the government, "
    "which had asked for a smaller force and changed its mind after the attack.</p>"
)
_FRAME = (
    "<html><head><title>Troops to stay in Kuwait | The Daily</title>{head}</head><body>"
    "<nav><a href='/'>Home</a> <a href='/world'>World</a></nav><header><p>Today is January 5, 2024</p></header>"
    "<article><h1>Troops to stay in Kuwait</h1>{body}</article>"
    "<aside><p>Most read</p></aside><footer>Copyright 2018 The Daily. All rights reserved</footer></body></html>"
)


def _read(tmp_path: Path, html: str | bytes, name: str = "page.html") -> Article | Failure:
    path = tmp_path / name
    path.write_bytes(html if isinstance(html, bytes) else html.encode())
    (item,) = read_articles(str(path))
    return item


def _article(tmp_path: Path, head: str = "", body: str = _BODY) -> Article:
    item = _read(tmp_path, _FRAME.format(head=head, body=body))
    assert isinstance(item, Article), item
    return item


def test_a_page_is_its_article(tmp_path: Path) -> None:
    head = (
        "<meta property='og:site_name' content='The Daily'><link rel=canonical href='https://d.example/kuwait#top'>"
        "<meta property='article:published_time' content='2019-01-04T23:00:00-05:00'>"
    )
    article = _article(tmp_path, head)
    assert article.title == "Troops to stay in Kuwait"
    assert article.text.startswith("The United States will keep 25,000 troops")
    assert article.text.endswith("after the attack.")
    assert article.text.count("\n\n") == 1
    assert (article.url, article.outlet, article.published) == ("https://d.example/kuwait", "The Daily", "2019-01-04")


@pytest.mark.parametrize(
    "stated",
    [
        '<script type="application/ld+json">{"@graph": [{"@type": "X", "datePublished": "2019-01-04"}]}</script>',
        '<script type="application/ld+json">[{"datePublished": "2019-01-04T10:00:00Z"}]</script>',
        "<meta name=pubdate content='January 4, 2019'>",
        "<meta itemprop=datePublished content='2019-01-04'>",
        "<link rel=canonical href='https://d.example/2019/01/04/kuwait'>",
    ],
)
def test_a_date_that_the_page_states(tmp_path: Path, stated: str) -> None:
    assert _article(tmp_path, stated).published == "2019-01-04"


def test_time_elements(tmp_path: Path) -> None:
    one = "<time datetime='2019-01-04T10:00'>Friday</time>"
    other = "<time datetime='2017-03-02'>then</time>"
    assert _article(tmp_path, body=one + _BODY).published == "2019-01-04"
    assert _article(tmp_path, body=one + _BODY + other).published is None  # which of them?
    named = other + "<time itemprop=datePublished datetime='2019-01-04'></time>" + _BODY
    assert _article(tmp_path, body=named).published == "2019-01-04"


def test_no_date_is_guessed(tmp_path: Path) -> None:
    assert _article(tmp_path).published is None
    head = "<meta name=date content='03/04/2019'><script type='application/ld+json'>{broken</script>"
    assert _article(tmp_path, head).published is None


def test_a_short_page_is_read_without_trafilatura_finding_it(tmp_path: Path) -> None:
    item = _read(tmp_path, "<h1>Notice to readers</h1><div>The office is closed on Friday.</div>")
    assert isinstance(item, Article)
    assert (item.title, item.text) == ("Notice to readers", "The office is closed on Friday.")


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
def test_a_page_nested_without_end(tmp_path: Path, tag: str) -> None:
    item = _read(tmp_path, f"<title>Deep</title><body>{f'<{tag}>' * 100_000}<p>The army left the north on Monday.</p>")
    assert isinstance(item, Article)
    assert item.text.endswith("The army left the north on Monday.")


@pytest.mark.parametrize("unit", ["<a ", "<!--", "<![if", "<p>", "<", "&", "<p a='"])
def test_markup_without_end_is_no_article(tmp_path: Path, unit: str) -> None:
    assert isinstance(_read(tmp_path, "<html><body>" + unit * 50_000), Failure)


def test_a_declared_charset(tmp_path: Path) -> None:
    page = "<meta charset=windows-1251><title>Т</title><p>Войска остаются в Кувейте, сообщили в субботу в Москве.</p>"
    item = _read(tmp_path, page.encode("cp1251"))
    assert isinstance(item, Article)
    assert item.text == "Войска остаются в Кувейте, сообщили в субботу в Москве."


@pytest.mark.parametrize("spelt", ["10\x9612 boats", "10&#150;12 boats", "10&#x96;12 boats"])
def test_a_dash_of_windows_in_a_page_parts_two_figures(tmp_path: Path, spelt: str) -> None:
    said = "<p>The port of Vell counts {} on a day in summer, says the harbour master, and not one in winter.</p>"
    assert "counts 10–12 boats on" in _article(tmp_path, body=_BODY + said.format(spelt)).text


def test_scripts_and_hidden_markup_leave_nothing(tmp_path: Path) -> None:
    article = _article(tmp_path, body=_BODY + "<script>evil()</script><style>p{}</style><template><p>t</p></template>")
    assert "evil" not in article.text
    assert "<" not in article.text


_STAND_INS = {
    "cookie wall": (
        "Fee for barges rises",
        "<p>We and our partners store your personal data. By clicking you agree.</p><p>Or change your choices.</p>",
    ),
    "paywall": (
        "Fee for barges rises",
        "<p>The harbour board has...</p><p>Subscribe for 9 crowns a month to read on with us. Already a subscriber? Log"
        " in to your account.</p><p>More: Elks swim over lake. Two boats sink near Oster.</p>",
    ),
    "error page": ("404", "<p>Sorry, we cannot find the page that you are after. Try the search, or begin anew.</p>"),
    "JavaScript": ("Malen Courier", "<p>Please enable JavaScript in your browser to use this site of the Courier.</p>"),
}


_MORE_STAND_INS = [
    ("security check", "Just a moment", "<p>Malen Courier has to review the security of your connection first.</p>"),
    ("security check", "Fee rises", "<p>Access to this page has been denied.</p><p>Prove that you are a human.</p>"),
    ("error page", "403 Forbidden", "<p>You don’t have permission to access /fee on this server.</p><p>nginx</p>"),
    ("error page", "503", "<p>The service of the Courier is temporarily unavailable.</p><p>Come again soon.</p>"),
    ("error page", "Fee rises", "<p>We are down for scheduled maintenance tonight. Please check back at six.</p>"),
    (
        "error page",
        "Fee rises",
        "<p>You are attempting to access this website from Europe. For any issues, contact us."
        " Access cannot be granted at this time.</p>",
    ),
    ("ad blocker", "Fee rises", "<p>You seem to use an ad blocker.</p><p>Disable your ad blocker to go on here.</p>"),
    ("not shown", "Fee rises", "<p>We are sorry, but this story is not available in your country.</p>"),
    ("paywall", "Fee rises", "<p>You have reached your limit of free articles.</p><p>Unlimited access: 9 crowns</p>"),
    (
        "paywall",
        "Fee rises",
        "<p>Jetzt abonnieren und alle Artikel lesen. Haben Sie bereits ein Abo? Hier anmelden.</p>",
    ),
    ("cookie wall", "Fee rises", "<p>Wij en onze partners plaatsen cookies en verwerken persoonsgegevens.</p>"),
    ("cookie wall", "Fee rises", "<p>Informativa sulla privacy: noi e i nostri partner. Accetta tutti o no.</p>"),
]


@pytest.mark.parametrize(("kind", "title", "body"), _MORE_STAND_INS)
def test_other_pages_in_the_place_of_an_article_are_refused(tmp_path: Path, kind: str, title: str, body: str) -> None:
    item = _read(tmp_path, f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    assert isinstance(item, Failure), item
    assert kind in item.reason


@pytest.mark.parametrize("kind", _STAND_INS)
def test_a_page_in_the_place_of_an_article_is_refused_by_its_name(tmp_path: Path, kind: str) -> None:
    title, body = _STAND_INS[kind]
    item = _read(tmp_path, f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    assert isinstance(item, Failure), item
    assert kind in item.reason
    assert "open the article in a browser" in item.reason


@pytest.mark.parametrize(
    "body",
    [
        "<p>Malen fines 12 papers that use cookies, without asking for consent to store personal data.</p><p>One of"
        " them says that it works with 300 firms, mayor Ole Lind adds, and sees no harm in that at all.</p>",
        "<p>The Courier goes behind a paywall in May: who wants to read it must subscribe or log in.</p><p>It costs 9"
        " crowns a month, its editor Ida Mo says, and there are 4,000 members so far.</p>",
        "<p>Police see unusual traffic on the bridge of Malen.</p><p>A ray identified by divers swam below it.</p>",
        "<p>Servers of the town are temporarily unavailable; scheduled maintenance begins on Monday, says Ida Mo.</p>"
        "<p>Clerks write by hand until then, which the mayor calls a good lesson in patience for the whole town.</p>",
        "<p>The statue has been removed from the square and is no longer available to see, the mayor says.</p>",
        "<p>Barges pay 640 crowns from July on, chairman Ole Lind of the harbour board told skippers.</p><p>Subscribe"
        " to keep reading. Already a subscriber? Log in.</p>",
    ],
)
def test_an_article_about_walls_is_read(tmp_path: Path, body: str) -> None:
    item = _read(tmp_path, f"<html><head><title>From Malen</title></head><body><h1>From Malen</h1>{body}</body></html>")
    assert isinstance(item, Article), item
