"""Mail: only what its sender wrote is read as the sender's words; what it passes on keeps its own day and author."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article
from ingest.read.quoting import own_words
from ingest.sources import read_articles

_OWN = "The quay of Malen is closed for 9 weeks, the port says."
_OLD = "The quay of Malen is closed for 4 weeks, we hear."
_HEAD = "From: Nora Beck <nora@malen.example>\nSubject: {subject}\nDate: Tue, 14 May 2024 10:00:00 +0200\n"


def _read(path: Path, content: str | bytes) -> list[Article]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(read_articles(str(path)))
    assert [item for item in items if not isinstance(item, Article)] == []
    return [item for item in items if isinstance(item, Article)]


def _letter(tmp_path: Path, body: str, subject: str = "Re: Quay", kind: str = "plain") -> list[Article]:
    head = _HEAD.format(subject=subject) + f"MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n"
    return _read(tmp_path / "a.eml", head + body)


_BELOW = [
    f"On Mon, May 13, 2024 at 6:02 PM Desk <desk@malen.example> wrote:\n> {_OLD}\n>\n>> Is it?\n",
    f"On 13 May 2024, Desk wrote:\n\n> {_OLD}\n",
    f"On Monday, Desk of the Malen Courier\n<desk@malen.example> wrote:\n> {_OLD}\n",
    f"Am 13.05.2024 um 18:02 schrieb Desk <desk@malen.example>:\n\n{_OLD}\n",
    f"Le lun. 13 mai 2024 à 18:02, Desk <desk@malen.example> a écrit :\n> {_OLD}\n",
    f"El lun, 13 may 2024 a las 18:02, Desk (<desk@malen.example>) escribió:\n\n> {_OLD}\n",
    f"-----Original Message-----\nFrom: Desk\nSent: Monday, May 13, 2024 6:02 PM\nTo: N\nSubject: Quay\n\n{_OLD}\n",
    f"-----Ursprüngliche Nachricht-----\nVon: Desk\nGesendet: Montag, 13. Mai 2024 18:02\nAn: Nora\n\n{_OLD}\n",
    f"________________\nFrom: Desk <d@malen.example>\n\nSent: May 13, 2024 6:02 PM\n\nTo: N\n\nSubject: Q\n\n{_OLD}\n",
    f"De : Desk\nEnvoyé : lundi 13 mai 2024 18:02\nÀ : Nora\nObjet : Quai\n\n{_OLD}\n",
    f"*From:* Desk <desk@malen.example>\n*Date:* 13 May 2024\n*To:* Nora\n*Subject:* Quay\n\n{_OLD}\n",
    f"Von meinem iPhone gesendet\n\nAm 13.05.2024 um 18:02 schrieb Desk:\n\n{_OLD}\n",
    f"DK> {_OLD}\nDK> Is it so?\n",
]


@pytest.mark.parametrize("below", _BELOW)
def test_an_answer_is_its_senders_words(tmp_path: Path, below: str) -> None:
    (article,) = _letter(tmp_path, f"{_OWN}\n\nNora\n\n{below}\n-- \nNora Beck, phone 555-0123\n")
    assert article.text == f"{_OWN}\n\nNora"
    assert (article.published, article.author) == ("2024-05-14", "Nora Beck")


# As Outlook writes them: from, sent, to, subject; the last in a language that no list has.
_LABELLED = [
    ("Od", "Odesláno", "pondělí 13. května 2024 18:02", "Komu", "Předmět"),
    ("Od", "Wysłane", "poniedziałek, 13 maja 2024 18:02", "Do", "Temat"),
    ("Lähettäjä", "Lähetetty", "maanantai 13. toukokuuta 2024 18.02", "Vastaanottaja", "Aihe"),
    ("Kimden", "Gönderildi", "13 Mayıs 2024 Pazartesi 18:02", "Kime", "Konu"),
    ("Feladó", "Elküldve", "2024. május 13., hétfő 18:02", "Címzett", "Tárgy"),
    ("Από", "Στάλθηκε", "Δευτέρα, 13 Μαΐου 2024 18:02", "Προς", "Θέμα"),
    ("От", "Отправлено", "13 мая 2024 г. 18:02", "Кому", "Тема"),
    ("Від", "Надіслано", "13 травня 2024 р. 18:02", "Кому", "Тема"),
    ("De la", "Trimis", "luni, 13 mai 2024 18:02", "Către", "Subiect"),
    ("差出人", "送信日時", "2024年5月13日 18:02", "宛先", "件名"),
    ("发件人", "发送时间", "2024年5月13日 18:02", "收件人", "主题"),
    ("보낸 사람", "보낸 날짜", "2024년 5월 13일 월요일 오후 6:02", "받는 사람", "제목"),
    ("Fra", "Sendt", "13. maj 2024 18:02", "Til", "Emne"),
    ("Från", "Skickat", "den 13 maj 2024 18:02", "Till", "Ämne"),
    ("Oddi wrth", "Anfonwyd", "13 May 2024 18:02", "At", "Pwnc"),
]


@pytest.mark.parametrize("words", _LABELLED, ids=lambda words: str(words[1]))
@pytest.mark.parametrize("colon", [":", " :", "："])
def test_header_lines_of_any_language_part_two_messages(tmp_path: Path, words: tuple[str, ...], colon: str) -> None:
    sender, sent, when, to, subject = words
    values = {sender: "Desk <desk@malen.example>", sent: when, to: "Nora Beck", subject: "Quay"}
    below = "\n".join(f"{label}{colon} {value}" for label, value in values.items())
    (article,) = _letter(tmp_path, f"{_OWN}\n\n---- Quay, asked ----\n{below}\n\n{_OLD}\n")
    assert article.text == _OWN
    (kept,) = _letter(tmp_path, f"{below}\n\n{_OLD}\n")
    assert (kept.text, kept.author, kept.published, kept.title) == (_OLD, "Desk", "2024-05-13", "Quay")


# Gmail's, Outlook's and Thunderbird's; the last in a language of no list.
_NAMED = [
    "po 13. 5. 2024 v 18:02 odesílatel Ida Mo <ida@malen.example> napsal:",
    "ma 13. toukok. 2024 klo 18.02 Ida Mo (ida@malen.example) kirjoitti:",
    "pon., 13 maj 2024 o 18:02 Ida Mo <ida@malen.example> napisał(a):",
    "пн, 13 мая 2024 г. в 18:02, Ida Mo <ida@malen.example>:",
    "Ida Mo <ida@malen.example>, 13 May 2024 Pzt, 18:02 tarihinde şunu yazdı:",
    "2024年5月13日(月) 18:02 Ida Mo <ida@malen.example>:",
    "Ida Mo <ida@malen.example> 于2024年5月13日周一 18:02写道：",
    "Ida Mo <ida@malen.example> ezt írta (időpont: 2024. máj. 13., H, 18:02):",
    "În lun., 13 mai 2024 la 18:02, Ida Mo <ida@malen.example> a scris:",
    "2024-05-13 18:02 GMT+02:00 Ida Mo <ida@malen.example>:",
    '13.05.2024, 18:02, "Ida Mo" <ida@malen.example>:',
    "13. 5. 2024 v 18:02, Ida Mo <ida@malen.example>:",
    "Ida Mo wrote on 13 May 2024 18:02:",
    "Dne 13. 05. 2024 v 18:02 Ida Mo napsal(a):",
    "13.05.2024 18:02, Ida Mo пишет:",
    "Le lun. 13 mai 2024 à 18:02, Ida Mo <ida@malen.example> a écrit :",
    "Ar Llun, 13 Mai 2024 am 18:02 Ida Mo\n<ida@malen.example> a ysgrifennodd:",
]


@pytest.mark.parametrize("line", _NAMED)
@pytest.mark.parametrize("mark", ["", "> "])
def test_a_line_that_names_the_writer_parts_two_messages_in_any_language(tmp_path: Path, line: str, mark: str) -> None:
    (article,) = _letter(tmp_path, f"{_OWN}\n\n{line}\n\n{mark}{_OLD}\n")
    assert article.text == _OWN
    (kept,) = _letter(tmp_path, f"{line}\n\n{mark}{_OLD}\n")
    assert (kept.text, kept.author) == (_OLD, "Ida Mo")
    assert kept.published == (None if "Llun" in line else "2024-05-13")


@pytest.mark.parametrize(
    "line",
    [
        "The board met on 13 May 2024 at 18:02 and said:",
        "Those who want a berth may write to Ida Mo <ida@malen.example> until 13 May 2024, with these papers:",
        "Ask Ida Mo <ida@malen.example> for one of these:",
        "They meet on 13 May 2024 at 18:02.\nIda Mo <ida@malen.example> brings:",
    ],
)
def test_a_sentence_with_a_day_or_an_address_stays_in_an_answer(tmp_path: Path, line: str) -> None:
    (article,) = _letter(tmp_path, f"{line}\n\n{_OWN}")
    assert article.text == f"{line}\n\n{_OWN}"


def test_below_and_between_what_is_quoted(tmp_path: Path) -> None:
    body = (
        f"Desk <desk@malen.example> wrote:\n> {_OLD}\n\n{_OWN}\n\n> Who pays?\nThe state pays, mayor Ole Lind says.\n"
    )
    (article,) = _letter(tmp_path, body)
    assert article.text == f"{_OWN}\n\nThe state pays, mayor Ole Lind says."


_MARKED = [
    f"<div>{_OWN}</div><div class='gmail_quote'><div class='gmail_attr'>On Mon, May 13, 2024 at 6:02 PM Desk"
    f" &lt;desk@malen.example&gt; wrote:<br></div><blockquote class='gmail_quote'><p>{_OLD}</p></blockquote></div>",
    f"<p>{_OWN}</p><div class='moz-cite-prefix'>On 13.05.2024 18:02, Desk wrote:</div><blockquote type='cite'>"
    f"<p>{_OLD}</p><blockquote type='cite'>Is it?</blockquote></blockquote>",
    f"<p>{_OWN}</p><div><div style='border-top:solid'><p><b>From:</b> Desk &lt;desk@malen.example&gt;<br><b>Sent:</b>"
    f" Monday, May 13, 2024 6:02 PM<br><b>To:</b> Nora<br><b>Subject:</b> Quay</p></div><p>{_OLD}</p></div>",
    f"<p>{_OWN}</p><div class='moz-cite-prefix'>13.05.2024 18:02, Desk a chroch:</div><blockquote type='cite'>"
    f"<p>{_OLD}</p></blockquote>",
    f"<p>{_OWN}</p><div id='ydp12ab34yahoo_quoted_7' class='ydp12ab34yahoo_quoted'><p>{_OLD}</p></div>",
    f"<p>{_OWN}</p><div name='quote' style='border-left:2px solid'><p>{_OLD}</p></div>",
    f"<p>{_OWN}</p><hr><div id='divRplyFwdMsg'><div>Von: Desk</div><div>Gesendet: Montag, 13. Mai 2024 18:02</div>"
    f"<div>An: Nora</div><div>Betreff: Kai</div></div><div>{_OLD}</div>",
]


@pytest.mark.parametrize("page", _MARKED)
def test_an_answer_in_html(tmp_path: Path, page: str) -> None:
    (article,) = _letter(tmp_path, f"<html><body>{page}</body></html>", kind="html")
    assert article.text == _OWN


_HEADS = "<b>Oddi wrth:</b> Desk<br><b>Anfonwyd:</b> 13 Mai 2024 18:02<br><b>Pwnc:</b> Cei"  # a language of no list
_DIVIDED = [
    "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>{}</div>",
    "<div id='x_divRplyFwdMsg' dir='ltr'>{}</div>",
    "<div id='appendonsend'></div><hr><div>{}</div>",
    "<div class='ms-outlook-mobile-reference-message skipProofing'>{}</div>",
    "<div id='mail-editor-reference-message-container'><div>{}</div></div>",
    "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p>{}</p></div></div>",
    "<hr id='zwchr' data-marker='__DIVIDER__'><div data-marker='__HEADERS__'>{}</div>",
]


@pytest.mark.parametrize("divider", _DIVIDED)
def test_what_stands_below_the_line_of_a_mail_program_is_anothers(tmp_path: Path, divider: str) -> None:
    page = f"<div><p>{_OWN}</p></div>{divider.format(_HEADS)}<div><p>{_OLD}</p></div>"
    (article,) = _letter(tmp_path, page, kind="html")
    assert article.text == _OWN


def test_a_place_for_what_is_appended_parts_no_letter(tmp_path: Path) -> None:
    page = f"<p>{_OWN}</p><div id='appendonsend'></div><p>The state pays.</p><hr><p>Nora</p>"
    (article,) = _letter(tmp_path, page, kind="html")
    assert article.text == f"{_OWN}\n\nThe state pays.\n\nNora"


_LINE = "<div class='gmail_attr'>po 13. 5. 2024 v 18:02 odesílatel Desk &lt;desk@malen.example&gt; napsal:<br></div>"


@pytest.mark.parametrize("above", ["", "Dear all,"])
@pytest.mark.parametrize("quote", ["<blockquote class='gmail_quote'>", "<blockquote>"])
def test_an_answer_below_a_quotation_in_html_is_its_senders(tmp_path: Path, above: str, quote: str) -> None:
    answers = (
        f"{quote}<p>{_OLD}</p></blockquote><div>{_OWN}</div>{quote}Who pays?</blockquote><div>The state pays.</div>"
    )
    page = f"<div>{above}</div><div class='gmail_quote'>{_LINE}{answers}</div>"
    (article,) = _letter(tmp_path, page, kind="html")
    assert article.text == "\n\n".join([above, _OWN, "The state pays."]).strip()
    assert (article.published, article.author) == ("2024-05-14", "Nora Beck")


def test_a_quotation_in_what_is_passed_on_in_html_stays_in_it(tmp_path: Path) -> None:
    head = "Forwarded message ----<br>From: Desk<br>Date: 13 May 2024 18:02<br>Subject: Quay<br>To: Nora<br><br>"
    said = f"<p>{_OLD}</p><blockquote>It is a shame.</blockquote><p>That is what skippers say.</p>"
    own, other = _letter(tmp_path, f"<p>{_OWN}</p><div class='gmail_quote'>---- {head}{said}</div>", "Fwd: Q", "html")
    assert own.text == _OWN
    assert (other.author, other.published) == ("Desk", "2024-05-13")
    assert other.text.startswith(_OLD)
    assert other.text.endswith("That is what skippers say.")


def test_marked_lines_of_a_letter_that_answers_nobody_are_its_senders(tmp_path: Path) -> None:
    body = "The quay was closed for\n> 4 weeks in 2023\n> 9 weeks in 2024\nas the port says."
    (article,) = _letter(tmp_path, body, "Closures")
    assert article.text == body.replace("> ", "")
    (article,) = _letter(
        tmp_path, body.replace("\n", "<br>").replace(">", "&gt;").replace("<br&gt;", "<br>"), "Q", "html"
    )
    assert article.text == body.replace("> ", "")
    named = f"Ida Mo wrote:\n> {_OLD}\n\n{_OWN}\n\n> Who pays?\n\nThe state pays."
    (article,) = _letter(tmp_path, named, "Closures")
    assert article.text == f"{_OWN}\n\nThe state pays."
    cited = f"<p>{_OWN}</p><blockquote type='cite'>{_OLD}</blockquote>"
    (article,) = _letter(tmp_path, cited, "Closures", "html")
    assert article.text == _OWN


def test_what_only_looks_like_a_quotation_stays(tmp_path: Path) -> None:
    said = "“We had no choice”, mayor Ole Lind said."
    page = f"<p>{_OWN}</p><blockquote>{said}</blockquote><p>Then he wrote:</p><p>Dear all.</p>"
    (article,) = _letter(tmp_path, page, kind="html")
    assert article.text.split("\n\n") == [
        _OWN,
        "“We had no choice”, mayor Ole Lind said.",
        "Then he wrote:",
        "Dear all.",
    ]
    sentence = f"On 13 May 2024 at 10:15, mayor Ole Lind wrote:\n\n{_OWN}\n\nGet my book at the outlet, he adds."
    (article,) = _letter(tmp_path, sentence, "Morning letter")
    assert article.text == sentence
    fair = "Who: Ida Mo <ida@malen.example>\nWhat: The fair\nWhen: 13 May 2024 18:02\n\nAll are welcome, the port says."
    (article,) = _letter(tmp_path, fair, "The fair")
    assert article.text == fair
    ferry = "The new ferry:\n\nFrom: Malen\nTo: Oster\nDate: 3 June\nPrice: 12 crowns\n\nIt sails daily, the port says."
    (article,) = _letter(tmp_path, ferry)
    assert article.text == ferry


_PASSED = [
    (
        "Fwd: Quay",
        "---------- Forwarded message ---------\nFrom: Desk Officer <desk@malen.example>\n"
        "Date: Mon, May 13, 2024 at 6:02 PM\nSubject: Quay opens late\nTo: Nora\n\n",
    ),
    (
        "Quay",
        "Begin forwarded message:\n\nFrom: Desk Officer\nSubject: Quay opens late\nDate: 13 May 2024, 18:02\nTo: N\n\n",
    ),
    ("WG: Quay", "Von: Desk Officer\nGesendet: Montag, 13. Mai 2024 18:02\nAn: Nora\nBetreff: Quay opens late\n\n"),
    ("Quay opens late", "On Mon, May 13, 2024 at 6:02 PM Desk Officer <desk@malen.example> wrote:\n"),
    ("Quay opens late", "Desk Officer <desk@malen.example> schrieb am Mo., 13. Mai 2024, 18:02:\n"),
]


@pytest.mark.parametrize(("subject", "head"), _PASSED)
@pytest.mark.parametrize("note", ["", "Please file this for the archive.\n\n"])
def test_what_is_passed_on_keeps_its_author_and_day(tmp_path: Path, subject: str, head: str, note: str) -> None:
    answer = "wrote:" in head or "schrieb" in head
    if note and answer:
        return  # an answer: what it quotes is left out
    body = f"> {_OLD}\n" if answer else f"{_OLD}\n"
    *own, other = _letter(tmp_path, note + head + body, subject)
    assert [article.text for article in own] == ([note.strip()] if note else [])
    assert (other.title, other.text) == ("Quay opens late", _OLD)
    assert (other.published, other.author) == ("2024-05-13", "Desk Officer")


_INNER = (
    f"From: Desk Officer <d@malen.example>\nSubject: Quay opens late\nDate: Mon, 13 May 2024 18:02:00 +0200\n\n{_OLD}\n"
)


@pytest.mark.parametrize("how", ["rfc822", "base64", "file", "digest"])
def test_a_message_in_a_message_keeps_its_own_title_and_day(tmp_path: Path, how: str) -> None:
    packed = base64.encodebytes(_INNER.encode()).decode()
    part = {
        "rfc822": f"Content-Type: message/rfc822\n\n{_INNER}",
        "base64": f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{packed}",
        "file": "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="quay.eml"\n\n{packed}',
        "digest": f"\n{_INNER}",
    }[how]
    kind = "digest" if how == "digest" else "mixed"
    note = "" if how == "digest" else f"--b\nContent-Type: text/plain\n\n{_OWN}\n"
    head = _HEAD.format(subject="FW: press") + f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"\n\n'
    *own, inner = _read(tmp_path / "a.eml", f"{head}{note}--b\n{part}\n--b--\n")
    assert [article.text for article in own] == ([] if how == "digest" else [_OWN])
    assert (inner.title, inner.text, inner.published, inner.author) == (
        "Quay opens late",
        _OLD,
        "2024-05-13",
        "Desk Officer",
    )


def test_each_message_of_a_mailbox_is_an_article(tmp_path: Path) -> None:
    first = f"From desk@malen.example Mon May 13 18:02:00 2024\n{_INNER}\n>From 8 o'clock on it is open.\n\n"
    second = f"From MAILER-DAEMON Tue May 14 10:00:00 2024\n{_HEAD.format(subject='Re: Quay')}\n{_OWN}\n\n> {_OLD}\n"
    third = second.replace("Re: Quay", "Re: Boats").replace(_OWN, "Two boats came.\n\nFrom here they go on to Oster.\n")
    articles = _read(tmp_path / "a.mbox", first + second + "\n" + third)
    assert [(article.title, article.published) for article in articles] == [
        ("Quay opens late", "2024-05-13"),
        ("Re: Quay", "2024-05-14"),
        ("Re: Boats", "2024-05-14"),
    ]
    assert [article.text for article in articles] == [
        f"{_OLD}\n\nFrom 8 o'clock on it is open.",
        _OWN,
        "Two boats came.\n\nFrom here they go on to Oster.",
    ]
    assert len({article.id for article in articles}) == 3


@pytest.mark.parametrize(
    "line",
    ["> a\n\n", "On 1 May, a@b.example wrote:\n", "From: a\nSent: 1\nSubject: c\n", "-", "Date: 1\nTo: a@b.c\n\n"],
)
def test_a_message_made_of_quotations_takes_no_longer_than_its_length(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.eml").write_text(_HEAD.format(subject="Re: Quay") + "\n" + line * 100_000)
    assert len(list(read_articles(str(tmp_path / "a.eml")))) == 1  # in the 20 seconds that a file has


_PIECES = [
    "> ",
    "\n",
    "From: a@b.example",
    "Sent: 1 May 2024 10:00",
    "Subject: x",
    "To: b",
    "On 1 May 2024, Ann wrote:",
    " ",
]
_PIECES += [
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "-- ",
    "words of somebody",
    ">From ",
    "é",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40), st.sampled_from(["", "Re: x", "Fwd: x"]))
def test_every_text_is_parted_and_nothing_is_made_up(pieces: list[str], subject: str) -> None:
    text = "".join(pieces)
    own, others = own_words(text, subject)
    words = set(text.split())
    assert {word for said in (own, *(other.text for other in others)) for word in said.split()} <= words | {"From"}
