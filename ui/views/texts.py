"""Every English text that the server says on the page, in one table; those of the page stand in assets/texts.js.

What is wrong with an input is told by the exception that is raised for it, in the same words everywhere.
"""

from collections.abc import Mapping

__all__ = ["TEXTS", "text"]

# {name} is filled in. To translate the page, translate the values here and there.
TEXTS: Mapping[str, str] = {
    "confidence.likely": "Likely",
    "confidence.possible": "Possibly",
    "confidence.doubtful": "Doubtful",
    "confidence.number": "Estimated chance that the cited sentence answers: {percent} in 100",
    "counts": "no one two three four five six seven eight nine ten",
    "articles.one": "one article",
    "articles.many": "{count} articles",
    "values.one": "another value is given elsewhere",
    "values.many": "{count} other values are given elsewhere",
    "rests.one": "one article says so",
    "rests.copies": "one story says so, printed more than once",
    "rests.independent": "{count} independent articles say so",
    "rests.list": "Items from {articles}; there may be more",
    "rests.summary": "Sentences of {articles}, in their own words",
    "rests.prose": "It rests on passages of {articles}",
    "rests.others": "{said}; {values}",
    "rests.disputed": "{said}, but others disagree on the same day",
    "feedback.many": "Too many judgements at once: wait a minute, then press it again",
    "feedback.full": "The file of judgements is full ({size} MB): `dateline feedback` shows them; move {path} away",
    "feedback.unusable": "This judgement could not be read: load the page again",
    "feedback.unwritten": "The judgement could not be written: {reason}",
}


def text(key: str, **values: object) -> str:
    """Return the text of a key with its values filled in. An unknown key or a missing value is a defect (KeyError)."""
    return TEXTS[key].format_map(values)
