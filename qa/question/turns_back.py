"""Turns that go back or aside: 'back to the bridge: when will it open?', 'no, the other bridge'."""

import re
from collections.abc import Sequence

from ingest.archive import Archive
from qa.english.words import search_terms
from qa.question.ellipsis import bracketed, capitalised
from qa.question.topic import Subject, named, words_in
from qa.retrieve.hybrid import DEPTH
from qa.types import Turn

__all__ = ["back_to", "other_one"]

_BACK_TO = re.compile(
    r"(?:(?:going|coming|getting|let['’]?s go|to go|and|now|but|so|ok|okay)[\s,]+){0,3}(?:back to|as for|again about)"
    r" (?P<topic>[^,:;?!.–—]{2,80})[,:;.–—]\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:(?:the|that) )?(?:other|second)(?: (?!ones\b)(?P<what>[\w'’-]{2,40}))?|another(?: (?P<more>[\w'’-]{2,40}))?",
    re.IGNORECASE,
)
_NEAR = 0.25  # a passage with a lower cosine is on nothing alike


def back_to(question: str, turns: Sequence[Turn]) -> tuple[str, Sequence[Turn]] | None:
    """Return what is asked of an earlier topic, and the turns up to the newest of it: 'back to the bridge: …'."""
    found = _BACK_TO.fullmatch(question)
    if not found:
        return None
    wanted = words_in(" ".join(search_terms(found["topic"])))
    for number in reversed(range(len(turns))):
        said = words_in(f"{turns[number].question} {turns[number].answer or ''}")
        if wanted & said and not _BACK_TO.fullmatch(turns[number].question):
            return found["rest"], turns[: number + 1]
    return bracketed(capitalised(found["rest"]), found["topic"]), ()


def other_one(rest: str, before: str, subject: Subject, archive: Archive) -> tuple[str, str] | None:
    """Return the question before without its name, and the title of another article that it fits; or None.

    'No, the other bridge' after 'When will the Wex Bridge open?' asks 'When will the bridge open?' of the nearest
    article that has a bridge and never says Wex Bridge.

    Args:
        rest: The follow-up without 'no', 'I meant'.
        before: The question before it.
        subject: What the chat is about: its article is not the other one.
        archive: Where the other one is looked for.
    """
    found = _OTHER.fullmatch(rest.rstrip(" ?.!"))
    if not found:
        return None
    what = found["what"] or found["more"] or "one"
    names = [name for name in named(before) if what == "one" or words_in(what) <= words_in(name)]
    name = names[-1] if names else ""
    kind = name.split()[-1].lower() if what == "one" and " " in name else what.lower()
    if kind == "one":
        return None
    question = f"{re.sub(rf'(?:[Tt]he )?{re.escape(name)}', f'the {kind}', before) if name else before}?"
    for passage, cosine in archive.dense(archive.encoder.encode([question])[0], DEPTH):
        words = words_in(f"{passage.title} {passage.text}")
        same = subject.passage is not None and passage.article_id == subject.passage.article_id
        if cosine < _NEAR:
            break
        told = f"{passage.title} {passage.text}"
        if kind in words and not same and not (name and name in told) and not {"(", ")"} & {*passage.title}:
            return question, passage.title
    return None
