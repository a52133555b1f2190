"""When two spans are one value, and two sentences one story."""

import re

__all__ = ["same_figures", "same_story", "same_value"]

# Of two wire copies of a story, sentences differ by an editor's word or two; of two reports of one event by far more.
_COPIED = 0.8


def same_value(one: str, other: str) -> bool:
    """Whether two spans give the same value: '25,000' and '25,000 troops', but not '25,000' and '2,500'.

    Spans with figures are the same when their figures, their scale (million, percent) and the
    months they name are, and what they count, where both say it: '5 marks' are not '5 crowns'.
    Others are when the words of one are all among the words of the other ('Okafor' and 'Daniel
    Okafor'), but not 'guilty' and 'not guilty', nor 'five' and 'five hundred'.
    """
    if _scales(one) != _scales(other) or _negations(one) != _negations(other):
        return False
    numbers = _numbers(one), _numbers(other)
    words = _content(one), _content(other)
    if any(numbers):
        counted = [{word for word in own if word.isalpha() and word not in _SCALES} for own in words]
        return numbers[0] == numbers[1] and (not all(counted) or bool(counted[0] & counted[1]))
    return bool(words[0] and words[1]) and (words[0] <= words[1] or words[1] <= words[0])


def same_figures(one: str, other: str) -> bool:
    """Whether both hold figures, and the same ones: '3 dead' and '3 injured'."""
    return bool(_numbers(one)) and (_numbers(one), _scales(one)) == (_numbers(other), _scales(other))


def same_story(one: str, other: str) -> bool:
    """Whether two sentences are copies of each other: four fifths of their words are common (Jaccard)."""
    words = _content(one), _content(other)
    return len(words[0] & words[1]) >= _COPIED * len(words[0] | words[1])


_MONTHS = "january february march april may june july august september october november december".split()
_SCALES = (
    {month: month for month in _MONTHS}
    | {month[:3]: month for month in _MONTHS}
    | {"sept": "september", "%": "percent", "percent": "percent", "cent": "percent", "pc": "percent"}
    | {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion"}
    | {word: word for word in ("dozen", "hundred", "thousand", "million", "billion", "trillion")}
)


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(
        number.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number) else number
        for number in re.findall(r"\d+(?:[.,]\d+)*", text)
    )


def _scales(text: str) -> frozenset[str]:
    words = re.findall(r"%|[a-z]+", text.lower())
    return frozenset(_SCALES[word] for word in words if word in _SCALES)


def _negations(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b(?:no|not|never|none|nobody|nothing|without|neither)\b|n['’]t\b", text.lower()))


def _content(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", text.lower())
    return frozenset(word for word in words if word not in {"a", "an", "the", "mr", "mrs", "ms", "dr"})
