"""What is suggested was asked and answered before it is shown, and never keeps an answer waiting."""

import threading
from collections.abc import Iterator

import pytest

from ingest.archive import Archive
from ingest.article import Article
from ingest.pipeline import add_articles
from tests.ui.assistants import Directed, Steps
from ui.asker import Asker
from ui.web.suggest import Suggestions

MAYOR = "Who was elected mayor of Marlow?"
PRIZE = "Who won the Marlow Prize in May?"
TEXT = "Jon Vale was elected mayor of Marlow. Ada Lindqvist won the Marlow Prize in May. The lamp is out."


class Counted(Directed):
    """The real assistant, which counts what it is asked and may be held up."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.held = threading.Event()

    def direct(self, question: str, steps: Steps) -> Steps:
        self.asked.append(question)
        if not self.may_answer.is_set():
            self.held.set()
            assert self.may_answer.wait(60)
        yield from steps


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    many = " ".join(f"Ada Lindqvist won the Prize{n} Medal." for n in range(20))
    with Archive.open(tmp_path_factory.mktemp("next") / "archive", create=True) as archive:
        add_articles(archive, [Article("k1", "Marlow", TEXT, "a"), Article("k2", "Medals", many, "b")])
        yield archive


@pytest.fixture
def asker(archive: Archive) -> Iterator[Asker]:
    asker = Asker(Counted(archive))
    yield asker
    asker.close()


def counted(asker: Asker) -> Counted:
    assert isinstance(asker.assistant, Counted)
    return asker.assistant


def test_each_is_answered_as_its_article_says(asker: Asker) -> None:
    *_, suggested = Suggestions(asker).after({"articles": ["k1"], "asked": ["Who is the keeper?"]})
    assert suggested == [MAYOR, PRIZE]
    assert counted(asker).asked == suggested
    assert {asker.ask(question).citations[0].article.id for question in suggested} == {"k1"}


def test_what_was_asked_already_is_not_suggested(asker: Asker) -> None:
    *_, suggested = Suggestions(asker).after({"articles": ["k1"], "asked": ["who was  elected mayor of marlow"]})
    assert suggested == [PRIZE]


def test_at_most_three_are_asked(asker: Asker) -> None:
    list(Suggestions(asker).after({"articles": ["k2", "k1"]}))
    assert len(counted(asker).asked) == 3


def test_none_while_a_question_is_answered(asker: Asker) -> None:
    counted(asker).may_answer.clear()
    thread = threading.Thread(target=asker.ask, args=["How many lamps?"])
    thread.start()
    assert counted(asker).held.wait(60)
    assert list(Suggestions(asker).after({"articles": ["k1"]})) == []
    counted(asker).may_answer.set()
    thread.join()
    assert counted(asker).asked == ["How many lamps?"]


@pytest.mark.parametrize(
    "sent", [None, 7, {}, {"articles": "k1"}, {"articles": [7, None, "\ud800", "gone"], "asked": 3}]
)
def test_what_is_no_request_brings_none(asker: Asker, sent: object) -> None:
    assert list(Suggestions(asker).after(sent)) == []
