"""Which spellings of a web address are one article, and which are not."""

import pytest

from ingest.address import names_a_page, normal_url, page_identity, page_url, same_site, spellings


def _identity(url: str) -> str:
    normal = normal_url(url)
    assert normal
    return page_identity(normal)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://d.example/2024/mill-burns",
        "https://d.example/2024/mill-burns/",
        "HTTPS://D.Example:443/2024/mill-burns",
        "http://d.example:80/2024/mill-burns",
        "https://d.example./2024/mill-burns",
        "https://d.example/2024/mill-burns#comments",
        "https://d.example/2024/mill-burns?utm_source=mail&UTM_Medium=x&fbclid=1",
        "https://d.example/2024/mill-burns?gclid=1&mc_cid=2&_ga=3&cmpid=4&ocid=5&at_medium=rss",
        "https://d.example/2024/mill%2dburns",
        "https://reader:secret@d.example/2024/mill-burns",
        "  https://d.example/2024/mill-burns ",
    ],
)
def test_spellings_of_one_address(spelling: str) -> None:
    assert _identity(spelling) == "https://d.example/2024/mill-burns"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://d.example/story?id=1", "https://d.example/story?id=2"),
        ("https://d.example/?p=1", "https://d.example/?p=2"),
        ("https://d.example/a?page=1", "https://d.example/a?page=2"),
        ("https://d.example/a?ref=7", "https://d.example/a?ref=8"),
        ("https://d.example/a?source=7", "https://d.example/a?source=8"),
        ("https://d.example/a?cid=7", "https://d.example/a"),
        ("https://d.example/#!/a", "https://d.example/#!/b"),
        ("https://d.example/A", "https://d.example/a"),
        ("https://d.example/a%2Fb", "https://d.example/a/b"),
        ("https://d.example/a?x=1%262", "https://d.example/a?x=1&2"),
        ("https://d.example:8443/a", "https://d.example/a"),
        ("https://www.d.example/a", "https://d.example/a"),
    ],
)
def test_two_addresses(one: str, other: str) -> None:
    assert _identity(one) != _identity(other)


def test_what_stays_of_a_query_is_spelled_as_it_was() -> None:
    assert normal_url("https://d.example/?q=a%20b&utm_source=x&c=d+e&f") == "https://d.example/?q=a%20b&c=d+e&f"
    assert normal_url("https://d.example/?q=a%20b&c=d+e&f") == "https://d.example/?q=a%20b&c=d+e&f"


def test_letters_beyond_ascii_and_their_escapes_are_one() -> None:
    assert _identity("https://bücher.example/mühle?q=ä") == _identity(
        "https://xn--bcher-kva.example/m%c3%bchle?q=%C3%A4"
    )


@pytest.mark.parametrize(
    "url", ["ftp://d.example/a", "d.example/a", "https://", "https://[", "https://a b/", "", "a\nb"]
)
def test_no_address(url: str) -> None:
    assert normal_url(url) is None


def test_the_address_that_a_page_states() -> None:
    found = "https://m.d.example/a?utm_source=x"
    assert page_url("https://www.d.example/a", found) == "https://www.d.example/a"
    assert page_url("https://amp.d.example/b", found) == "https://amp.d.example/b"
    for elsewhere in ("https://other.example/a", "https://x.d.example/a", "https://d.example.evil/a", "", None, "//["):
        assert page_url(elsewhere, found) == "https://m.d.example/a"
    assert page_url("https://d.example/", found) == "https://m.d.example/a"  # the front page of all its articles
    assert page_url("https://d.example/", "https://www.d.example") == "https://d.example/"


def test_a_site_and_its_variants() -> None:
    assert same_site("https://www.d.example/a", "http://m.D.example:8080/b")
    assert not same_site("https://m.example/a", "https://www.example/b")  # 'm' is the site's own name
    assert not same_site("https://ann.d.example/", "https://ben.d.example/")
    assert not same_site("", "")


def test_older_ids_are_among_the_spellings() -> None:
    assert "http://d.example/a/" in spellings("https://d.example/a")
    assert len({page_identity(url) for url in spellings("https://d.example/a?b=1")}) == 1


def test_names_a_page() -> None:
    assert names_a_page("https://d.example/a")
    assert names_a_page("https://d.example/?p=1")
    assert not names_a_page("https://d.example/")


def test_a_long_hostile_address_takes_no_time() -> None:
    assert normal_url("https://d.example/?" + "utm_" * 100_000)
    assert normal_url("https://d.example/?" + "a&" * 100_000)
    assert _identity("https://d.example/" + "%" * 100_000)
