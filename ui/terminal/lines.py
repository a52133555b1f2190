"""Answer -> lines for a terminal: wrapped, sources numbered, nothing an article says reaches it raw."""

import json
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from ingest.article import Article
from qa.types import Answer, Citation, Hidden, Other, Reading, Relation, Sentence
from ui.views.present import by_sentence, date_words, dates_words, outlet_words

__all__ = ["clean", "complain", "json_line", "render_answer", "render_articles"]

MIN_WIDTH, MAX_WIDTH = 40, 100  # below 40 a title breaks at every word; above 100 lines are hard to follow
OUTLET_WIDTH = 28
BOLD, UNDERLINE, RESET = "\x1b[1m", "\x1b[4m", "\x1b[0m"

_RELATIONS: dict[str, tuple[Relation, ...]] = {
    "On the same day others say:": ("disputed",),
    "Other articles say otherwise:": ("later", "earlier", "undated"),
    "Related:": ("related",),
}

_GIVEN = "The articles give different values:"

# A terminal obeys these: CSI and OSC sequences whole, then any control left over, then the marks that
# turn the direction of writing (an article could show 'approved' where its text says the reverse).
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` as one line without escape sequences, control or direction characters."""
    return _SPACES.sub(" ", _CONTROLS.sub("", _ESCAPES.sub("", text)))


def complain(message: str) -> int:
    """Print one line on stderr; return the exit status that goes with it, 1."""
    print(f"dateline: {clean(message)}", file=sys.stderr)
    return 1


def json_line(record: Mapping[str, Any], encoding: str) -> str:
    """Return `record` as one line of JSON that an output of this encoding can carry.

    Characters that a terminal would obey are escaped, which leaves the value as it is; so is
    everything beyond ASCII where the output is not UTF-8.
    """
    utf8 = encoding.lower().replace("-", "") == "utf8"
    line = json.dumps(record, ensure_ascii=not utf8)
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def render_answer(answer: Answer, *, width: int, styled: bool) -> str:
    """Return the answer with its sources, or what there is instead when the articles do not say.

    `width` is the terminal's in columns. `styled` sets the answer bold and the quote underlined;
    otherwise the quote stands between asterisks, so that a pipe shows it too. A summary is its
    sentences, numbered, and a list its items; each is followed by the number of its source. What an
    LLM wrote comes with the numbers of its sources, and what they do not say below it with the reason. Below
    the answer stand its day and how the question was understood; after the sources come other
    values by day, what the question may mean, and what the filters kept away.
    """
    width = min(max(width, MIN_WIDTH), MAX_WIDTH)
    in_parts = answer.found and answer.form in ("list", "summary")
    if answer.writer:
        head = _prose(answer, width, styled)
    else:
        head = _parts(answer, width, styled) if in_parts else _headline(answer.text, width, styled)
    blocks = ["\n".join([head, *_notes(answer, width)])]
    if answer.found:
        titles = {_GIVEN: get_args(Relation)} if answer.writer else _RELATIONS
        blocks += [*_struck(answer.sentences, width), *_origins(answer, width, styled)]
        blocks += _others(answer.others, titles, width, styled)
    elif answer.reason:
        blocks.append(textwrap.fill(clean(answer.reason), width))
    if answer.readings:
        blocks.append("\n".join(_readings(answer.readings, width)))
    if answer.nearest:
        blocks.append("The nearest places:")
        blocks += [_source(citation, width, styled, mark=False) for citation in answer.nearest]
    if answer.hidden:
        blocks.append(_hidden(answer.hidden, width))
    return "\n\n".join(blocks)


def render_articles(articles: Iterable[Article], *, width: int | None) -> list[str]:
    """Return one line an article: date, outlet or source, title, id, in columns.

    With a `width` outlets and titles are cut to fit it; None (a pipe) cuts nothing.
    """
    rows = [
        (a.published or "unknown", clean(a.outlet or a.source).strip(), clean(a.title).strip(), a.id) for a in articles
    ]
    outlet = max((len(row[1]) for row in rows), default=0)
    title = max((len(row[2]) for row in rows), default=0)
    if width is not None:
        outlet = min(outlet, OUTLET_WIDTH)
        title = min(title, max(20, width - outlet - 32))  # 10 of the date, 16 of the id, 3 gaps of 2
    return [f"{d:<10}  {_cut(o, outlet):<{outlet}}  {_cut(t, title):<{title}}  {i}" for d, o, t, i in rows]


def _headline(text: str, width: int, styled: bool) -> str:
    lines = textwrap.wrap(clean(text), width)
    return "\n".join(f"{BOLD}{line}{RESET}" if styled else line for line in lines)


def _prose(answer: Answer, width: int, styled: bool) -> str:
    """Wrap the sentences of an LLM that are supported, each with the numbers of its citations."""
    told = [_numbered(sentence) for sentence in answer.sentences if sentence.supported]
    return _headline(" ".join(told), width, styled)


def _numbered(sentence: Sentence) -> str:
    return sentence.text + " " + "".join(f"[{citation.number}]" for citation in sentence.citations)


def _struck(sentences: Sequence[Sentence], width: int) -> list[str]:
    """Tell the sentences of an LLM that were struck out, and why."""
    lines = [
        textwrap.fill(clean(f"- {sentence.text} ({sentence.why})"), width, subsequent_indent="  ")
        for sentence in sentences
        if not sentence.supported
    ]
    return ["\n".join(["Struck out, as the articles do not say it:", *lines])] if lines else []


def _parts(answer: Answer, width: int, styled: bool) -> str:
    """Wrap the sentences or items under each other, bold, each with the number of its citation."""
    return "\n".join(_part(answer, citation, width, styled) for citation in answer.citations)


def _part(answer: Answer, citation: Citation, width: int, styled: bool) -> str:
    bullet = f"{citation.number}. " if answer.form == "summary" else "- "
    indent = " " * len(bullet)
    lines = textwrap.wrap(f"{clean(citation.quote)} [{citation.number}]", width - len(indent), break_on_hyphens=False)
    return bullet + f"\n{indent}".join(f"{BOLD}{line}{RESET}" if styled else line for line in lines)


def _origins(answer: Answer, width: int, styled: bool) -> list[str]:
    """Name the source of each citation, after its sentence unless that is what was shown as the answer."""
    if answer.writer:
        return [_sources(group, width, styled, mark=False) for group in by_sentence(answer.citations)]
    if answer.form in ("sentence", "summary"):
        return ["\n".join(_origin(citation, width) for citation in answer.citations)]
    return [_sources(group, width, styled) for group in by_sentence(answer.citations)]


def _origin(citation: Citation, width: int) -> str:
    number = f"[{citation.number}] "
    indent = " " * len(number)
    return number + f"\n{indent}".join(_details(citation, width - len(indent)))


def _notes(answer: Answer, width: int) -> list[str]:
    """Say as of when the answer holds and how many say it, what was searched for, and which days were meant."""
    support = f"{answer.sources:,} sources" if answer.sources > 1 else None
    as_of = f"as of {clean(date_words(answer.as_of))}" if answer.as_of else None
    notes = [" · ".join(filter(None, (as_of, support)))] if answer.found and not answer.writer else []
    if answer.writer:
        notes.append(f"Written by {answer.writer}, checked sentence by sentence")
    if answer.unwritten:
        notes.append(f"In the articles' own words: {answer.unwritten}" if not answer.writer else answer.unwritten)
    if answer.asked.strip() != answer.question.strip():
        notes.append(f"Searched for: {answer.asked}")
    if answer.dates:
        notes.append(f"Dates asked about: {dates_words(answer.dates)}")
    return [line for note in notes for line in textwrap.wrap(clean(note), width)]


def _others(others: Sequence[Other], titles: Mapping[str, Sequence[str]], width: int, styled: bool) -> list[str]:
    """Show the other values under titles by how they stand to the answer, in their order in each."""
    blocks = []
    for title, relations in titles.items():
        if some := [other for other in others if other.relation in relations]:
            blocks += [title, *(block for other in some for block in _other(other, width, styled))]
    return blocks


def _other(other: Other, width: int, styled: bool) -> list[str]:
    day = other.as_of or other.published
    names = list(dict.fromkeys(outlet_words(citation.article) for citation in other.citations))
    names += [f"{other.sources:,} sources"] * (other.sources > 1)
    told = f"{f'As of {date_words(day)}' if day else 'Date unknown'}: {other.text} ({', '.join(names)})"
    return [_headline(told, width, styled), *(_source(citation, width, styled) for citation in other.citations)]


def _readings(readings: Sequence[Reading], width: int) -> list[str]:
    """Number what the question may mean, each with the question that means only it."""
    lines = []
    for number, reading in enumerate(readings, 1):
        for first, text in ((f"{number}. ", reading.label), ("   ", reading.question)):
            lines += textwrap.wrap(clean(text), width, initial_indent=first, subsequent_indent="   ")
    return lines


def _hidden(hidden: Hidden, width: int) -> str:
    title, day = hidden.article.title, date_words(hidden.article.published)
    return textwrap.fill(clean(f"Outside your filters, {title} ({day}) says: {hidden.text}"), width)


def _source(citation: Citation, width: int, styled: bool, *, mark: bool = True) -> str:
    return _sources([citation], width, styled, mark=mark)


def _sources(citations: Sequence[Citation], width: int, styled: bool, *, mark: bool = True) -> str:
    """Show the citations of one sentence: their numbers, the sentence with the quotes marked, and where it stands."""
    number = "".join(f"[{citation.number}]" for citation in citations) + " "
    indent = " " * (len(number) if len(citations) == 1 else 4)
    room = width - len(indent)
    if len(number) > len(indent):  # several numbers take a line of their own
        number = "\n".join(textwrap.wrap(number.replace("][", "] ["), width)) + f"\n{indent}"
    lines = [*_sentence(citations, room, styled, mark), *_details(citations[0], room)]
    return number + f"\n{indent}".join(lines)


def _details(citation: Citation, width: int) -> list[str]:
    """Wrap the title, and the outlet or source with the date."""
    article = citation.article
    origin = f"{clean(article.outlet or article.source)}, {article.published or 'date unknown'}"
    return [line for text in (clean(article.title), origin) for line in textwrap.wrap(text, width)]


def _sentence(citations: Sequence[Citation], width: int, styled: bool, mark: bool) -> list[str]:
    """Wrap the cited sentence and mark the quotes, which may break over lines."""
    sentence, low, at = citations[0].sentence, citations[0].sentence_start, 0
    text = ""
    quotes = []
    for citation in sorted(citations, key=lambda c: c.start):
        text += clean(sentence[at : citation.start - low])
        quote = clean(sentence[citation.start - low : citation.end - low])
        quotes.append((len(text), len(text) + len(quote)))
        text += f"*{quote}*" if mark and not styled else quote
        at = citation.end - low
    text += clean(sentence[at:])
    lines = textwrap.wrap(text, width, break_on_hyphens=False)
    return _underlined(text, lines, quotes) if mark and styled else lines


def _underlined(text: str, lines: Sequence[str], quotes: Sequence[tuple[int, int]]) -> list[str]:
    """Underline each text[start:end] in the `lines` it was wrapped into.

    Escapes go in after wrapping, which would count them as columns, and end with each line.
    """
    shown, at = [], 0
    for line in lines:
        at = text.index(line, at)
        drawn = line
        for start, end in reversed(quotes):
            low, high = (min(max(point - at, 0), len(line)) for point in (start, end))
            if low < high:
                drawn = f"{drawn[:low]}{UNDERLINE}{drawn[low:high]}{RESET}{drawn[high:]}"
        shown.append(drawn)
        at += len(line)
    return shown


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
