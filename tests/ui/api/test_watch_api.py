"""Standing questions over HTTP: the list, a history, the feed, and who may read them; asked again by the server."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import feedparser
import pytest
from fastapi.testclient import TestClient

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.pipeline import add_articles
from qa.assistant import Assistant
from qa.watch.rounds import keep_watch
from ui.access.rules import access_for
from ui.web.app import app_over

pytestmark = pytest.mark.slow  # gradio takes seconds to import

QUESTION = "How many people does the Torvald mill employ?"
ATOM = "{http://www.w3.org/2005/Atom}"
TOKEN = "t0ken-of-this-test-0123456789"


def mill(day: str, people: int, said: str = "its owner said") -> Article:
    text = f"The Torvald mill employs {people} people, {said}."
    url = f"https://gazette.example/{day}?a=1&b=<2>"
    return Article(article_id(url), "News & <b>more</b> of the mill", text, "mill", url, day, "Brenn Gazette")


MAY, JUNE = mill("2021-05-03", 120), mill("2021-06-07", 95)


@pytest.fixture
def archive(archive_dir: Path) -> Archive:
    """An open archive with a question that is watched; the app closes it."""
    archive = Archive.open(archive_dir, create=True)
    add_articles(archive, [MAY])
    return archive


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    assistant = Assistant(archive, "fast")
    keep_watch(assistant, QUESTION, name="mill")
    with TestClient(app_over(archive, assistant), base_url="http://localhost:7860") as client:
        yield client


def until_changed(client: TestClient, count: int) -> dict[str, Any]:
    """The list, once the server has found so many changes by itself."""
    for _ in range(300):
        listed: dict[str, Any] = client.get("/v1/watches").json()
        if len(listed["changes"]) >= count:
            return listed
        time.sleep(0.1)
    raise AssertionError(f"no {count} changes after 30 seconds: {listed}")


def test_the_server_asks_again_and_lists_what_changed(client: TestClient, archive: Archive) -> None:
    (watched,) = client.get("/v1/watches").json()["watches"]
    assert (watched["name"], watched["question"], watched["now"]["kind"]) == ("mill", QUESTION, "first")
    add_articles(archive, [JUNE])
    listed = until_changed(client, 1)
    (change,) = listed["changes"]
    assert (change["watch"], change["now"]["kind"]) == (watched["id"], "overtaken")
    assert change["before"]["value"].startswith("120")
    assert change["now"]["value"].startswith("95")
    place = change["now"]["said"][0]
    assert JUNE.text[place["start"] : place["end"]] == place["quote"]
    assert place["article"]["id"] == JUNE.id
    assert listed["watches"][0]["now"] == change["now"]
    assert client.get("/v1/watches", params={"after": change["now"]["number"]}).json()["changes"] == []
    whole = client.get(f"/v1/watches/{watched['id']}").json()
    assert [row["kind"] for row in whole["history"]] == ["first", "overtaken"]
    archive.remove([JUNE.id])
    assert until_changed(client, 2)["changes"][0]["now"]["value"].startswith("120")


def test_readers_accept_the_feed_and_its_entries_stay(client: TestClient, archive: Archive) -> None:
    empty = client.get("/v1/watches.atom")
    assert (empty.status_code, feedparser.parse(empty.content).entries) == (200, [])
    add_articles(archive, [JUNE])
    until_changed(client, 1)
    response = client.get("/v1/watches.atom")
    assert response.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(response.content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    (entry,) = feed.entries
    assert "120" in entry.title
    assert "95" in entry.title
    assert entry.tags[0].term == "overtaken"
    for sentence in (MAY.text, JUNE.text, JUNE.title):
        assert sentence in entry.content[0].value
    links = {link.rel: link.href for link in entry.links}
    start = JUNE.text.index("95")
    assert links["alternate"].startswith(f"http://localhost:7860/#article={JUNE.id}&at={start}-")
    assert links["via"] == JUNE.url
    # A second reader: the elements that RFC 4287 wants of a feed and of each entry.
    root = fromstring(response.content)
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert [len(element.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert client.get("/v1/watches.atom").content == response.content
    assert client.head("/v1/watches.atom").status_code == 200


def test_a_title_with_characters_that_xml_cannot_carry_breaks_no_feed(client: TestClient, archive: Archive) -> None:
    add_articles(archive, [mill("2021-07-05", 80, "the \x01 owner\ufffe said")])
    until_changed(client, 1)
    feed = feedparser.parse(client.get("/v1/watches.atom").content)
    assert (feed.bozo, len(feed.entries)) == (False, 1)


def test_what_is_not_there_is_told_in_one_line(client: TestClient) -> None:
    missing = client.get("/v1/watches/nothing")
    assert (missing.status_code, "GET /v1/watches lists them" in missing.json()["error"]) == (404, True)
    assert client.get("/v1/watches", params={"after": -1}).status_code == 422
    assert client.post("/v1/watches.atom").status_code == 405


def test_they_stand_behind_the_token(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    app = app_over(archive, Assistant(archive, "fast"), access_for("127.0.0.1", token_file=tmp_path / "token"))
    with TestClient(app, base_url="http://localhost:7860") as client:
        for path in ("/v1/watches", "/v1/watches/x", "/v1/watches.atom"):
            assert client.get(path).status_code == 401
            assert client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code in {200, 404}
