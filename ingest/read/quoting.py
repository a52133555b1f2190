"""A message's text -> its sender's own words, and what it quotes or forwards as what somebody else said.

Three marks part them: '>' before a line, a line that names who wrote what follows ('On Tue, 2 May 2023, Ann wrote:'),
and a block of header lines as Outlook and forwarding put it over a message ('From: ... Sent: ... Subject: ...').
"""

import re
from dataclasses import dataclass

__all__ = ["Quoted", "own_words"]

_LONGEST_LINE = 400  # characters of a line that may name who wrote what follows, or of a header line
_MOST_HEADERS = 12
_DEEPEST = 10  # messages that pass each other on
_LONGEST_SIGNATURE = 15  # lines below '-- '

_MARK = re.compile(r"[ \t]?(?:[A-Z]{2,3})?>(?!From )")
_MARKS = re.compile(r"(?:[ \t]?>)+ ?|[ \t]?[A-Z]{2,3}> ?")
_RULE = re.compile(r"[\s_*=–—-]{5,}")
_ANNOUNCED = re.compile(
    r"[\s>*_–—-]*(?:begin\s+)?(?:original\s+message|forwarded\s+(?:message|mail|by\b.*)|forwarded\s+message\s+from.*"
    r"|urspr(?:ü|ue)ngliche\s+nachricht|weitergeleitete\s+nachricht|anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-?mail)"
    r"|message\s+d'origine|message\s+original|message\s+(?:transféré|transmis)|début\s+du\s+message\s+réexpédié"
    r"|mensaje\s+original|mensaje\s+reenviado|messaggio\s+(?:originale|inoltrato)|mensagem\s+(?:original|encaminhada)"
    r"|oorspronkelijk\s+bericht|doorgestuurd\s+bericht|ursprungligt\s+meddelande|vidarebefordrat\s+meddelande"
    r"|original\s+meddelelse|videresendt\s+(?:besked|melding)|wiadomość\s+(?:oryginalna|przekazana)"
    r"|исходное\s+сообщение|пересылаемое\s+сообщение)[\s:*_–—-]*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"forward|weitergeleitet|transf|transmis|réexp|reenviado|inoltrat|encaminhad|doorgestuurd|vidarebef|videresendt"
    r"|przekazan|пересыл",
    re.IGNORECASE,
)
_NAMES = {
    "from": "from|von|de|da|van|från|fra|od|от",
    "sent": "sent|date|gesendet|datum|envoyé|date d'envoi|enviado|enviado el|fecha|data|inviato|verzonden|skickat|sendt"
    "|dato|wysłano|отправлено|дата",
    "to": "to|an|à|para|a|aan|till|til|do|кому",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема",
    "other": "cc|bcc|kopie|copie|importance|priorität|wichtigkeit|reply-to|antwort an|attachments|anlagen|message-id"
    "|organization|x-[a-z-]{1,30}",
}
_HEADERS = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
_HEADER = re.compile(r"[\s>*_]*([^\W\d_][\w' -]{0,30}?)[ \t*_]*:[ \t*_]*(.*?)[ \t*]*", re.DOTALL)
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb(?:\s.{0,120})?|a\s+écrit|ha\s+scritto|escribió|escreveu|schreef(?:\s.{0,120})?"
    r"|skrev(?:\s.{0,120})?|napisał(?:\(a\)|a)?|пишет|написала?)\s*:\s*$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|écrit|scritto|escribió|escreveu|schreef|skrev|napisał|пишет|написал)", re.IGNORECASE
)
_ADDRESS = re.compile(r"[<(\[]?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*[>)\]]?")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}")
_CLOCK_AND_ZONE = re.compile(
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s*(?:[ap]\.?m\.?(?!\w)|uhr\b|[+-]\d{4}\b|\(?(?:[A-Z]{1,2}[SD]?T|UTC|GMT)\)?(?=[\s,])))*",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{1,2}\D{1,20}?\d{4}|\d{4}-\d{2}-\d{2}|\d[./]\d{1,2}[./]\d{2}")
_DAY_LABELS = {"date", "datum", "data", "dato", "fecha", "дата"}
_PREPOSITION = re.compile(r"\s*(?:on|am|le|el|il|op|em|den|dnia|w dniu)\s+", re.IGNORECASE)
_OPENS = re.compile(r"[\s*_]*(?:on|am|le|el|il|op|em|den|dnia|w dniu|\d|[^\W\d_]+,? )", re.IGNORECASE)
_PHONE = re.compile(
    r"(?:sent|gesendet|envoyé|enviado|inviato|verzonden|von|get)\b.{0,30}\b(?:iphone|ipad|phone|handy|smartphone|android"
    r"|galaxy|blackberry|outlook|tablet|téléphone|móvil|celular|telefoon)\b.{0,20}",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(re|aw|sv|antw|odp|ref|fwd?|wg|tr|rv|doorst|vs|vb|enc|пер)\s*:", re.IGNORECASE
)
_FORWARDS = {"fw", "fwd", "wg", "tr", "rv", "doorst", "vb", "enc", "пер"}


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
    sentence of its own.

    What an answer quotes is left out: it is in a message of its own. It is kept where the message passes it on (it says
    'Forwarded message', or its subject says so), and where the sender wrote nothing else.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = _SUBJECT.match(subject)
    own, others = _parted(lines, answers=answers or found is not None)
    words = _trimmed(own)
    wrote = any(map(str.isalnum, "".join(words)))
    kept = [other for number, other in enumerate(others) if other.passed_on or (not number and _passes(subject, wrote))]
    return "\n".join(words), [quoted for other in kept if (quoted := other.quoted())]


def _passes(subject: str, wrote: bool) -> bool:
    """Whether what is quoted first is kept: nothing else is said, or the subject says that it is passed on ('Fwd:')."""
    found = _SUBJECT.match(subject)
    return not wrote or (found is not None and found[1].lower() in _FORWARDS)


@dataclass(slots=True)
class _Other:
    """Lines of somebody else, with what stands over them."""

    lines: list[str]
    author: str | None = None
    published: str | None = None
    title: str | None = None
    passed_on: bool = False

    def quoted(self) -> Quoted | None:
        """What the other wrote, without what is quoted in it; of a message that passes one on without a word, that."""
        other = self
        for _ in range(_DEEPEST):
            lines = other.lines
            if all(_MARK.match(line) for line in lines if line.strip()):
                lines = [_MARKS.sub("", line, count=1) for line in lines]
            nested, others = _parted(lines, answers=True)
            words = _trimmed(nested)
            if any(map(str.isalnum, "".join(words))):
                return Quoted("\n".join(words), other.author, other.published, other.title)
            if not others:
                return None
            other = others[0]
        return None


def _parted(lines: list[str], *, answers: bool) -> tuple[list[str], list[_Other]]:
    """The sender's own lines, and the others' in order."""
    own: list[str] = []
    others: list[_Other] = []
    at = 0
    while at < len(lines):
        announced = _ANNOUNCED.fullmatch(lines[at]) if len(lines[at]) <= _LONGEST_LINE else None
        start = at + 1 if announced else at
        block = _header_block(lines, start)
        if block:
            end, said = block
            _drop_rule(own)
            rest = lines[end:]
            # Of a forwarded message all that follows is its text; an answer's first quoted message ends at the next.
            passed_on = bool(announced and _FORWARDED.search(announced[0]))
            others.append(_Other(rest, said.get("from"), said.get("sent"), said.get("subject"), passed_on))
            break
        if announced:
            others.append(_Other(lines[start:], passed_on=bool(_FORWARDED.search(announced[0]))))
            break
        if _MARK.match(lines[at]):
            end = _run(lines, at)
            quoted = lines[at:end]
            if not _forwarded_inside(quoted, others):
                others.append(_Other(quoted))
            at = end
            continue
        width = _attribution(lines, at)
        if width:
            named = " ".join(line.strip() for line in lines[at : at + width])
            following = at + width
            while following < len(lines) and not lines[following].strip():
                following += 1
            if following < len(lines) and _MARK.match(lines[following]):
                end = _run(lines, following)
                others.append(_Other(lines[following:end], *_who(named)))
                at = end
                continue
            if _ADDRESS.search(named) or (answers and _CLOCK.search(named) and _DAY.search(named)):
                others.append(_Other(lines[following:], *_who(named)))
                break
        own.append(lines[at].removeprefix(">") if lines[at].startswith(">From ") else lines[at])
        at += 1
    return own, others


def _forwarded_inside(quoted: list[str], others: list[_Other]) -> bool:
    """Whether marked lines hold a forwarded message, which is then added to the others as one that is passed on."""
    inner = [_MARKS.sub("", line, count=1) for line in quoted]
    first = next((number for number, line in enumerate(inner) if line.strip()), None)
    if first is None or len(inner[first]) > _LONGEST_LINE:
        return False
    announced = _ANNOUNCED.fullmatch(inner[first])
    if not (announced and _FORWARDED.search(announced[0])):
        return False
    _, found = _parted(inner[first:], answers=True)
    others += found
    return bool(found)


def _run(lines: list[str], at: int) -> int:
    """Where the quoted lines end that begin here; blank lines between two of them are quoted too."""
    end = at
    while at < len(lines) and (not lines[at].strip() or _MARK.match(lines[at])):
        at += 1
        if lines[at - 1].strip():
            end = at
    return end


def _header_block(lines: list[str], at: int) -> tuple[int, dict[str, str]] | None:
    """The header lines that begin here, as where they end and what they say; None where there are none.

    'From' opens them, a time and a subject follow; without a subject it takes more, or a timetable were one.
    """
    said: dict[str, str] = {}
    label = ""
    end = last = at
    while end < len(lines) and len(said) < _MOST_HEADERS:
        line = lines[end]
        if not line.strip():
            if end - last > 1 or (not said and end > at + 2):
                break
            end += 1
            continue
        found = _HEADER.fullmatch(line) if len(line) <= _LONGEST_LINE else None
        kind = _HEADERS.get(" ".join(found[1].lower().split())) if found else None
        if not said and kind != "from":
            return None
        if kind is None or not found:
            if said and line[:1] in " \t" and end == last + 1:  # a header line that is folded
                end, last = end + 1, end
                continue
            break
        said.setdefault(kind, found[2].strip())
        label = found[1].lower() if kind == "sent" else label
        last, end = end, end + 1
    dated = "sent" in said and any(map(str.isdigit, said["sent"]))
    mailed = "to" in said and (_ADDRESS.search(f"{said['from']} {said['to']}") or label not in _DAY_LABELS)
    if not (dated and ("subject" in said or mailed)):
        return None
    sender = _ADDRESS.sub("", re.sub(r"\[?mailto:\S*", "", said["from"])).strip(" \"'<>[]()")
    return last + 1, {**said, "from": sender or said["from"]}


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here on name who wrote what follows; 0 where they do not. A long one is wrapped."""
    joined = ""
    for width in range(1, min(3, len(lines) - at) + 1):
        line = lines[at + width - 1].strip()
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > _LONGEST_LINE or not _OPENS.match(joined):
            return 0
        if _WROTE.search(joined):
            return width
    return 0


def _who(named: str) -> tuple[str | None, str | None]:
    """Who wrote it and when, of a line that says so: the name stands behind the time of day, or behind the verb."""
    verb = next(_VERB.finditer(named))
    before, after = named[: verb.start()], named[verb.end() :].strip(" :")
    address = _ADDRESS.search(named)
    before, after = (_ADDRESS.sub("", part).strip(" ,") for part in (before, after))
    if _DAY.search(after):  # 'Desk schrieb am 2. Mai 2023:'
        return before or (address[0].strip("<>()[]") if address else None), _PREPOSITION.sub("", after)
    clocks = list(_CLOCK_AND_ZONE.finditer(before))
    cut = clocks[-1].end() if clocks else before.rfind(",") + 1
    when, name = (before, after) if any(map(str.isalpha, after)) else (before[:cut], before[cut:])
    name = name.strip(" ,:\"'<>()[]") or (address[0].strip("<>()[]") if address else "")
    return name or None, _PREPOSITION.sub("", when).strip(" ,") or None


def _drop_rule(own: list[str]) -> None:
    while own and (not own[-1].strip() or _RULE.fullmatch(own[-1])):
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
