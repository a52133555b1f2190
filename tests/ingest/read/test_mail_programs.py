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
