"""Mail as programs write it that mark in their own ways what somebody else said."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.sources import read_articles

_OWN = "The lock of Tarn stays shut for 8 days, the canal office says."
_OLD = "The lock of Tarn stays shut for 3 days, we hear."
_HEAD = "From: Ida Falk <ida@tarn.example>\nSubject: {subject}\nDate: Wed, 12 Jun 2024 10:00:00 +0200\n"
_SAID = ["From: Karl Moe <karl@tarn.example>", "Date: 11 June 2024 at 18:02:11 CEST", "To: Ida Falk", "Subject: Lock"]


def _letter(tmp_path: Path, body: str, subject: str = "Re: Lock", kind: str = "plain") -> list[Article]:
    head = _HEAD.format(subject=subject) + f"MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n"
    (tmp_path / "a.eml").write_text(head + body)
    items = list(read_articles(str(tmp_path / "a.eml")))
    assert [item for item in items if not isinstance(item, Article)] == []
    return [item for item in items if isinstance(item, Article)]


def _marked(*lines: str) -> str:
    return "".join(f"> {line}\n" for line in lines)


def test_below_a_marked_message_with_header_lines_the_sender_writes(tmp_path: Path) -> None:
    quoted = _marked(*_SAID, "", _OLD)
    (answer,) = _letter(tmp_path, f"{quoted}\n{_OWN}\n")
    assert (answer.text, answer.author, answer.published) == (_OWN, "Ida Falk", "2024-06-12")
    mine, passed = _letter(tmp_path, f"Look.\n\nBegin forwarded message:\n\n{quoted}\n{_OWN}\n", "Fwd: Lock")
    assert mine.text == f"Look.\n\n{_OWN}"
    assert (passed.text, passed.author, passed.published) == (_OLD, "Karl Moe", "2024-06-11")


@pytest.mark.parametrize("rule", ["---------- Forwarded message ---------\n", ""])
def test_each_message_of_a_chain_that_is_passed_on_is_its_writers(tmp_path: Path, rule: str) -> None:
    head = "From: {0} <{0}@tarn.example>\nSent: {1} June 2024 18:02\nTo: all\nSubject: {2}Lock\n\n"
    first = rule + head.format("Karl", 11, "FW: ") + "I agree with Olga on all of this.\n\n"
    second = rule + head.format("Olga", 10, "") + f"{_OLD}\n\n"
    third = rule + head.format("Piet", 9, "") + "The lock was built in 1904.\n"
    articles = _letter(tmp_path, f"Look.\n\n{first}{second}", "FW: Lock")
    assert [(article.text, article.author, article.published) for article in articles] == [
        ("Look.", "Ida Falk", "2024-06-12"),
        ("I agree with Olga on all of this.", "Karl", "2024-06-11"),
        (_OLD, "Olga", "2024-06-10"),
    ]
    # What Olga's own answer quotes is not passed on by her.
    articles = _letter(tmp_path, f"Look.\n\n{first}{second.replace('Subject: ', 'Subject: Re: ')}{third}", "FW: Lock")
    assert [article.author for article in articles] == ["Ida Falk", "Karl", "Olga"] + ["Piet"] * bool(rule)


_OTHER_MARKS = [
    f"On Tue, 11 Jun 2024, Karl Moe wrote:\n\n| {_OLD}\n|\n| It was built in 1904.\n",
    f"Karl Moe wrote:\n: {_OLD}\n: It was built in 1904.\n",
    f"Karl Moe <karl@tarn.example> writes:\n\n karl> {_OLD}\n\n karl> It was built in 1904.\n",
    f'>>>>> "Karl" == Karl Moe <karl@tarn.example> writes:\n\n    Karl> {_OLD}\n    Karl> It was built in 1904.\n',
]


@pytest.mark.parametrize("quoted", _OTHER_MARKS)
def test_other_marks_below_the_line_that_names_the_writer(tmp_path: Path, quoted: str) -> None:
    (article,) = _letter(tmp_path, f"{quoted}\n{_OWN}\n")
    assert (article.text, article.author) == (_OWN, "Ida Falk")
    (article,) = _letter(tmp_path, f"{_OWN}\n\n{quoted}\nIda\n")
    assert article.text == f"{_OWN}\n\nIda"


@pytest.mark.parametrize("name", ["Karl Moe <karl@tarn.example>", '"Moe, Karl" <karl@tarn.example>', "Karl Moe"])
def test_groupwise_names_the_writer_between_marks(tmp_path: Path, name: str) -> None:
    quoted = f">>> {name} 6/11/2024 6:02 PM >>>\n{_OLD}\n\nIt was built in 1904.\n"
    (article,) = _letter(tmp_path, f"{_OWN}\n\n{quoted}")
    assert article.text == _OWN
    mine, passed = _letter(tmp_path, f"Look.\n\n{quoted}", "Fwd: Lock")
    assert (mine.text, passed.text) == ("Look.", f"{_OLD}\n\nIt was built in 1904.")
    assert (passed.author or "").startswith(("Karl", "Moe"))


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_lotus_notes_begins_a_message_twice(tmp_path: Path, kind: str) -> None:
    preview = f"Karl Moe ---11.06.2024 18:02:11---{_OLD}"
    lines = [_OWN, "", preview, "", "From: Karl Moe/Tarn", "To: Ida Falk/Tarn@Tarn", "Date: 11.06.2024 18:02"]
    lines += ["Subject: Lock", "", _OLD]
    (article,) = _letter(tmp_path, ("<br>" if kind == "html" else "\n").join(lines), kind=kind)
    assert article.text == _OWN
    alone = f"{_OWN}\n\nThe lock ---11.06.2024 18:02:11---is shown there."
    (article,) = _letter(tmp_path, alone)
    assert article.text == alone


_LINE = "<p>On 11 June 2024 Karl Moe wrote:</p>"


@pytest.mark.parametrize(
    "page",
    [
        f"{_LINE}<blockquote><p>{_OLD}</p></blockquote>",
        f"{_LINE}<br><div style='margin-left: 8px; border-left: 1px solid #ccc'><p>{_OLD}</p></div>",
        f"<div>On 11 June 2024 Karl Moe wrote:<br><blockquote>{_OLD}</blockquote></div>",
    ],
)
def test_a_frame_below_the_line_that_names_its_writer_is_anothers(tmp_path: Path, page: str) -> None:
    (article,) = _letter(tmp_path, f"<p>{_OWN}</p>{page}<p>Ida</p>", kind="html")
    assert article.text == f"{_OWN}\n\nIda"
    own = f"<p>The council wrote in May:</p><p>{_OWN}</p><blockquote><p>{_OLD}</p></blockquote>"
    (article,) = _letter(tmp_path, own, kind="html")
    assert _OLD in article.text


def test_header_lines_in_the_cells_of_a_table(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td><b>{label}:</b></td><td>{said}</td></tr>" for label, said in (line.split(": ", 1) for line in _SAID)
    )
    (article,) = _letter(tmp_path, f"<p>{_OWN}</p><hr><table>{rows}</table><p>{_OLD}</p>", kind="html")
    assert article.text == _OWN


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (3, 1, 0, 2), (2, 0, 3, 1)])
def test_header_lines_in_another_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    head = "".join(f"{_SAID[number]}\n" for number in order)
    (article,) = _letter(tmp_path, f"{_OWN}\n\n{head}\n{_OLD}\n")
    assert article.text == _OWN
    (article,) = _letter(tmp_path, f"{_OWN}\n\n-------- Original-Nachricht --------\n{head}\n{_OLD}\n")
    assert article.text == _OWN
    tour = f"Subject: the tour\nDate: 13 June\nFrom: Tarn\nTo: Oster\n\n{_OWN}"
    (article,) = _letter(tmp_path, tour)
    assert article.text == tour


def test_what_outlook_adds_on_a_phone_is_no_word_of_the_sender(tmp_path: Path) -> None:
    (article,) = _letter(tmp_path, f"{_OWN}\n\nGet Outlook for iOS<https://aka.example/o0ukef>\n")
    assert article.text == _OWN
