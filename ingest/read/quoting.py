"""A message's text -> its sender's own words, and what it quotes or forwards as what somebody else said.

Three marks part them: '>' before a line, a line that names who wrote what follows ('On Tue, 2 May 2023, Ann wrote:'),
and a block of header lines as Outlook and forwarding put it over a message ('From: ... Sent: ... Subject: ...').
"""

import re
from dataclasses import dataclass

from ingest.read.attribution import ADDRESS, CLOCK, DAY, LONGEST_LINE, attribution
from ingest.read.mailwords import ANNOUNCED, FORWARDED, FORWARDS, LABELS, SUBJECT

__all__ = ["QUOTED", "Quoted", "own_words"]

_MOST_HEADERS = 12
_DEEPEST = 10  # messages that pass each other on
_LONGEST_SIGNATURE = 15  # lines below '-- '

QUOTED = "\ue000"  # a private character before a line: its mail program marks it as quoted, whatever the message is
_MARK = re.compile(rf"[ \t]?(?:[A-Z]{{2,3}})?>(?!From )|{QUOTED}")
_MARKS = re.compile(rf"{QUOTED} ?|(?:[ \t]?>)+ ?|[ \t]?[A-Z]{{2,3}}> ?")
_POINT = re.compile(r"[ \t]?>(?:[ \t]?>)* ?")
# Marks of other programs, which count below a line that names the writer: '| ', ': ', 'ola> '.
_ODD_MARK = re.compile(r"[ \t]{0,8}([^\W\d_]{1,12}>|[|:}#])(?:[ \t]|$)")
_GROUPWISE = re.compile(r">>> ?(?P<from>[^>]{1,120}?)(?:<[^<>]{3,100}>)? ?(?P<sent>\d[^>]{5,40}?) ?>>>\s*")
_PREVIEW = re.compile(r"\S.{1,80}?\s?---\s?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\s.{4,20}?---")
_LONGEST_PREVIEW = 8  # lines
_RULE = re.compile(r"[\s_*=–—-]{5,}|\s*[_*=–—-]{3,}[^_*=–—-]{1,60}[_*=–—-]{3,}\s*")
_HEADER = re.compile(r"[\s>*_]*([^\s:：>*_][^:：]{0,30}?)[\s*_]*[:：](.*)", re.DOTALL)
_PHONE = re.compile(
    r"(?:sent|gesendet|envoyé|enviado|inviato|verzonden|von|get)\b.{0,30}\b(?:iphone|ipad|phone|handy|smartphone|android"
    r"|galaxy|blackberry|outlook|tablet|téléphone|móvil|celular|telefoon)\b.{0,20}(?:<https?://[^\s<>]{1,100}>)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What somebody else said: their words, and who, when and under which title, as it is written there."""

    text: str
    author: str | None = None
    published: str | None = None
    title: str | None = None


def own_words(text: str, subject: str = "", *, answers: bool = False) -> tuple[str, list[Quoted]]:
    """Return what the sender of a message wrote, and what of others is kept beside it.

    `answers`: whether the message says that it answers another, so that 'On 2 May 2023 at 10:15, Ann wrote:' is no
    sentence of its own. Where it answers nobody, names nobody and no program marks it (`QUOTED`), '>' begins lines of
    the sender's.

    What an answer quotes is left out: it is in a message of its own. It is kept where the message passes it on (it says
    'Forwarded message', or its subject says so), and where the sender wrote nothing else.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    answers = answers or SUBJECT.match(subject) is not None
    own, others = _parted(lines, answers=answers, subject=_bare(subject) if answers else "")
    words = _trimmed(own)
    kept = _kept(others, subject, wrote=any(map(str.isalnum, "".join(words))))
    return "\n".join(words), [quoted for other in kept for quoted in other.quoted()]


def _bare(subject: str) -> str:
    """A subject without the 'Re:' and 'Fwd:' before it."""
    while found := SUBJECT.match(subject):
        subject = subject[found.end() :]
    return subject.strip().casefold()


def _kept(others: list["_Other"], subject: str, *, wrote: bool) -> list["_Other"]:
    return [other for number, other in enumerate(others) if other.passed_on or (not number and _passes(subject, wrote))]


def _passes(subject: str, wrote: bool) -> bool:
    """Whether what is quoted first is kept: nothing else is said, or the subject says that it is passed on ('Fwd:')."""
    found = SUBJECT.match(subject)
    return not wrote or (found is not None and found[1].lower().replace("\u0307", "") in FORWARDS)


@dataclass(slots=True)
class _Other:
    """Lines of somebody else, with what stands over them."""

    lines: list[str]
    author: str | None = None
    published: str | None = None
    title: str | None = None
    passed_on: bool = False

    def quoted(self, levels: int = _DEEPEST) -> list[Quoted]:
        """What the other wrote, without what is quoted in it, and what the other passes on of those before."""
        lines = self.lines
        if all(_MARK.match(line) for line in lines if line.strip()):
            lines = [_MARKS.sub("", line, count=1) for line in lines]
        nested, others = _parted(lines, answers=True)
        words = _trimmed(nested)
        wrote = any(map(str.isalnum, "".join(words)))
        own = [Quoted("\n".join(words), self.author, self.published, self.title)] if wrote else []
        kept = _kept(others, self.title or "", wrote=wrote) if levels else []
        return own + [quoted for other in kept for quoted in other.quoted(levels - 1)]


def _parted(lines: list[str], *, answers: bool, subject: str = "") -> tuple[list[str], list[_Other]]:
    """The sender's own lines, and the others' in order; the subject is that of the message which is answered."""
    own: list[str] = []
    others: list[_Other] = []
    at = 0
    while at < len(lines):
        at = _below_preview(lines, at) or at
        announced = ANNOUNCED.fullmatch(lines[at]) if len(lines[at]) <= LONGEST_LINE else None
        start = at + 1 if announced else at
        block = (
            _header_block(lines, start, announced=announced is not None, answers=answers)
            or _foreign_block(lines, start, subject)
            or _groupwise(lines, start)
        )
        if block or announced:
            end, said = block or (start, {})
            if block:
                _drop_rule(own)
            stop = _end_of_message(lines, start, end)
            # Of a forwarded message all that follows is its text; an answer's first quoted message ends at the next.
            passed_on = bool(announced and FORWARDED.search(announced[0]))
            others.append(_Other(lines[end:stop], said.get("from"), said.get("sent"), said.get("subject"), passed_on))
            own.append("")
            at = stop
            continue
        if _MARK.match(lines[at]):
            end = _run(lines, at)
            quoted = lines[at:end]
            if not _forwarded_inside(quoted, others):
                if answers or others or quoted[0].startswith(QUOTED):
                    others.append(_Other(quoted))
                else:  # nothing says that it is another's: a list
                    own += [_POINT.sub("", line, count=1) for line in quoted]
            at = end
            continue
        line = attribution(lines, at)
        if line:
            following = at + line.width
            while following < len(lines) and not lines[following].strip():
                following += 1
            marked = following < len(lines) and _MARK.match(lines[following])
            end = _run(lines, following) if marked else _odd_run(lines, following)
            if end > following:
                others.append(_Other(lines[following:end], line.author, line.published))
                at = end
                continue
            if line.anywhere or (answers and line.in_answers):
                others.append(_Other(lines[following:], line.author, line.published))
                break
        own.append(lines[at].removeprefix(">") if lines[at].startswith(">From ") else lines[at])
        at += 1
    return own, others


def _forwarded_inside(quoted: list[str], others: list[_Other]) -> bool:
    """Whether marked lines hold a forwarded message, which is then added to the others as one that is passed on."""
    inner = [_MARKS.sub("", line, count=1) for line in quoted]
    first = next((number for number, line in enumerate(inner) if line.strip()), None)
    if first is None or len(inner[first]) > LONGEST_LINE:
        return False
    announced = ANNOUNCED.fullmatch(inner[first])
    if not (announced and FORWARDED.search(announced[0])):
        return False
    _, found = _parted(inner[first:], answers=True)
    others += found
    return bool(found)


def _end_of_message(lines: list[str], at: int, begun: int) -> int:
    """Where a message ends whose header lines begin here, and its text behind them.

    That is the end of all; where they and the text are marked as quoted, what then stands below is the sender's.
    """
    first = next((number for number in range(at, len(lines)) if lines[number].strip()), None)
    if first is None or not _MARK.match(lines[first]):
        return len(lines)
    end = _run(lines, first)
    return end if any(map(str.isalnum, "".join(lines[begun:end]))) else len(lines)


def _run(lines: list[str], at: int) -> int:
    """Where the quoted lines end that begin here; blank lines between two of them are quoted too."""
    end = at
    while at < len(lines) and (not lines[at].strip() or _MARK.match(lines[at])):
        at += 1
        if lines[at - 1].strip():
            end = at
    return _odd_run(lines, end) if end and lines[end - 1].rstrip().endswith(":") else end


def _odd_run(lines: list[str], at: int) -> int:
    """Where the lines end that begin here and all begin with one mark such as '| '; blank lines may part them."""
    end, first = at, None
    for number in range(at, len(lines)):
        mark = _ODD_MARK.match(lines[number])
        first = first or mark
        if mark and first and mark[1] == first[1]:
            end = number + 1
        elif lines[number].strip():
            break
    return end


def _below_preview(lines: list[str], at: int) -> int:
    """Where the header lines begin below the line in which Lotus Notes shows how their message begins; 0 without one.

    'Ola Berg ---04.03.2024 16:20:11---The fare rises to'.
    """
    if len(lines[at]) > LONGEST_LINE or not _PREVIEW.match(lines[at]):
        return 0
    places = range(at + 1, min(at + 1 + _LONGEST_PREVIEW, len(lines)))
    return next((number for number in places if _header_block(lines, number)), 0)


def _groupwise(lines: list[str], at: int) -> tuple[int, dict[str, str]] | None:
    """What `_header_block` returns of GroupWise's one line: '>>> Ola Berg <ola@town.example> 3/4/2024 4:20 PM >>>'."""
    found = _GROUPWISE.fullmatch(lines[at]) if at < len(lines) and len(lines[at]) <= LONGEST_LINE else None
    if not (found and CLOCK.search(found["sent"])):
        return None
    return at + 1, {"from": found["from"].strip(" \"'"), "sent": found["sent"]}


def _header_block(
    lines: list[str], at: int, *, announced: bool = False, answers: bool = False
) -> tuple[int, dict[str, str]] | None:
    """The header lines that begin here, as where they end and what they say; None where there are none.

    'From' opens them, unless they are announced or stand in an answer and say all, with a mail address; a time and a
    subject follow; without a subject it takes more, or a timetable were one.
    """
    said: dict[str, str] = {}
    end = last = at
    while end < len(lines) and end - at < 3 * _MOST_HEADERS:  # some are folded, or have blank lines between them
        line = lines[end]
        if not line.strip():
            if (said and "from" not in said and not announced) or end - last > 1 or (not said and end > at + 2):
                break
            end += 1
            continue
        label, value = _header(line)
        kind = LABELS.get(label, "other" if label.startswith("x-") else None)
        if not said and kind != "from" and not ((announced or answers) and kind):
            return None
        if kind is None:
            if said and line[:1] in " \t" and end == last + 1:  # a header line that is folded
                end, last = end + 1, end
                continue
            break
        said.setdefault(kind, value)
        last, end = end, end + 1
    when = said.get("sent") or said.get("date") or ""
    addressed = ADDRESS.search(f"{said.get('from', '')} {said.get('to', '')}")
    if not announced and next(iter(said), "from") != "from" and not ("to" in said and "subject" in said and addressed):
        return None
    mailed = "to" in said and (addressed or "sent" in said)
    if "from" not in said or not any(map(str.isdigit, when)) or not ("subject" in said or mailed):
        return None
    return last + 1, {**said, "from": _sender(said["from"]), "sent": when}


def _foreign_block(lines: list[str], at: int, subject: str) -> tuple[int, dict[str, str]] | None:
    """What `_header_block` returns, where the labels are in a language of no list.

    Then the first line names a mail address, and one below it the day and the time; one says the subject that is
    answered.
    """
    if not subject or at == len(lines) or not ADDRESS.search(lines[at][:LONGEST_LINE]):
        return None
    rows: list[str] = []
    while at < len(lines) and len(rows) < _MOST_HEADERS and (header := _header(lines[at]))[0]:
        rows.append(header[1])
        at += 1
    dated = next((row for row in rows[1:] if CLOCK.search(row) and DAY.search(row)), None)
    title = next((row for row in rows[1:] if _bare(row) == subject), None)
    if not (dated and title):
        return None
    return at, {"from": _sender(rows[0]), "sent": dated, "subject": title}


def _header(line: str) -> tuple[str, str]:
    """The label of a header line, in small letters, and what it says; twice nothing where it is none."""
    found = _HEADER.fullmatch(line) if len(line) <= LONGEST_LINE else None
    return (" ".join(found[1].lower().split()), found[2].strip(" \t*_\u00a0")) if found else ("", "")


def _sender(said: str) -> str:
    return ADDRESS.sub("", re.sub(r"\[?mailto:\S*", "", said)).strip(" \"'<>[]()") or said


def _drop_rule(own: list[str]) -> None:
    """Drop the rule over a message, also one with words in it ('----- Původní zpráva -----')."""
    while own and (not own[-1].strip() or (len(own[-1]) <= LONGEST_LINE and _RULE.fullmatch(own[-1]))):
        own.pop()


def _trimmed(own: list[str]) -> list[str]:
    """The lines without the signature and the line that a phone adds."""
    for number, line in enumerate(own):
        signed = line in {"-- ", "--", "– "} and len(own) - number - 1 <= _LONGEST_SIGNATURE
        if signed and any(map(str.isalnum, "".join(own[:number]))):
            own = own[:number]
            break
    while own and (not own[-1].strip() or _PHONE.fullmatch(own[-1].strip())):
        own = own[:-1]
    return own
