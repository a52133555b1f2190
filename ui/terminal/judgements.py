"""What `dateline feedback` prints: the judgements in words, or as candidates for the gold questions."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ui.web.feedback import Judgement

__all__ = ["gold_candidates", "judgement_lines"]

_KINDS = re.compile(r"\b(how many|how much|how|who|when|where|why|what)\b", re.IGNORECASE)


def judgement_lines(judgements: Sequence[Judgement]) -> Iterator[str]:
    """Yield a few lines for each judgement, oldest first."""
    if not judgements:
        yield "no judgements yet: thumbs under an answer in the chat make them"
    for given in judgements:
        yield f"{given.at}  {'right' if given.verdict == 'up' else 'wrong'}  {given.asked}"
        yield f"    {given.text}"
        if why := ", ".join((*given.reasons, *filter(None, [given.words]))):
            yield f"    because: {why}"


def gold_candidates(judgements: Sequence[Judgement]) -> Iterator[dict[str, Any]]:
    """Yield a record for each judgement in the format of eval/gold/questions.jsonl, for a person to check.

    An answer that was called right brings its quotes and sentences, read from the archive when it was judged; a
    refusal that was called right, a question without an answer. What was called wrong says only what is not so: its
    `answerable` is null, unless the reason was that the articles do say, and `note` tells what to decide.
    """
    for given in judgements:
        right = given.verdict == "up"
        shown = given.evidence if right and given.found else ()
        missing = not right and "missing" in given.reasons
        yield {
            "id": f"feedback-{given.id}",
            "split": "dev",
            "story": "feedback",
            "kind": _kind(given.question),
            "question": given.question,
            "history": [{"question": turn.question, "answer": turn.answer} for turn in given.history],
            "answers": list(dict.fromkeys(place["quote"] for place in shown)),
            "evidence": [{"article": place["title"], "sentence": place["sentence"]} for place in shown],
            "others": [],
            "answerable": given.found if right else True if missing else None,
            "near_miss": False,
            "note": _note(given),
        }


def _kind(question: str) -> str:
    found = _KINDS.search(question)
    return found[0].lower() if found else "what"


def _note(given: Judgement) -> str:
    why = "; ".join((*given.reasons, *filter(None, [given.words])))
    said = "called right" if given.verdict == "up" else "called wrong"
    shown = f": {given.text}" if given.found else " that the articles do not say"
    return f"{said}{shown}{f' ({why})' if why else ''}. To check by a person, {given.at}."
