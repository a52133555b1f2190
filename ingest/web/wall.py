"""Whether a page tells the story that a list announces, or stands in front of it: cookie wall, login, script, error.

It is told by what is missing. A page that tells a story has most of the words of its title and teaser.
"""

import re

__all__ = ["same_story", "tells"]

_FEWEST = 3  # words of an announcement; fewer prove nothing
_SHARE = 0.25  # of them that must be on the page; walls have what any text shares with another
_BEYOND = 0.15  # of the words of a teaser that its title has not
# Of 294 Wikinews stories, cut to 1,400 characters without their first paragraph, which is the teaser, 2 in 100 are
# taken for a wall at 0.1, 6 at 0.15 and 25 at 0.25.
_BRIEF = 600  # characters; a page no longer than that must have some of the teaser's figures and names
_FEWEST_PARTICULARS = 2
_SHORT = 1500  # characters; below this a page whose title alone is missing is taken for a wall
_LONGEST = 200_000  # characters that are looked at
_WORD = re.compile(r"[^\W_]+")
_FIGURE_OR_WORD = re.compile(r"\d+|[^\W\d_]{3,}")
_INSIDE = re.compile(r"[^\W_],? $")  # what stands before a word that begins no sentence
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COMMON = frozenset(
    "about after again against article because before being between continue could during every first other read"
    " should story subscribe their there these those through under until where which while would".split()
)
_SAME = 0.8  # of the words of two pages of one address


def tells(text: str, title: str, teaser: str) -> bool:
    """Return whether a page of this text tells the story that a list announces under this title, with this teaser.

    A wall may repeat the headline, so some of what the teaser says beyond the title is asked for; and a locked page the
    teaser's first words beside others' headlines, so of a brief one some of its figures and names.
    """
    announced = _words(title) | _words(teaser)
    if len(announced) < _FEWEST or (not teaser and len(text) > _SHORT):
        return True
    found = _words(text)
    beyond, particulars = _words(teaser) - _words(title), _particulars(teaser) - _spelled(title)
    if (
        len(text) <= _BRIEF
        and len(particulars) >= _FEWEST_PARTICULARS
        and not _has(_spelled(text), particulars, _SHARE)
    ):
        return False
    return _has(found, announced, _SHARE) and (len(beyond) < _FEWEST or _has(found, beyond, _BEYOND))


def _has(found: set[str], words: set[str], share: float) -> bool:
    return len(found & words) >= share * len(words)


def same_story(one: str, other: str) -> bool:
    """Return whether two texts are one article's, but for a few words."""
    first, second = _words(one), _words(other)
    return one == other or len(first & second) >= _SAME * len(first | second) > 0


def _particulars(teaser: str) -> set[str]:
    """The figures and names of a teaser: a name has a capital and begins no sentence."""
    words = _FIGURE_OR_WORD.finditer(teaser[:_LONGEST])
    return {
        word[0].casefold()
        for word in words
        if word[0].isdigit()
        or (word[0][0].isupper() and _INSIDE.search(teaser[max(0, word.start() - 3) : word.start()]))
    }


def _spelled(text: str) -> set[str]:
    return {word.casefold() for word in _FIGURE_OR_WORD.findall(text[:_LONGEST])}


def _words(text: str) -> set[str]:
    """Numbers, and the beginnings of longer words; of a script without spaces every two letters."""
    found: set[str] = set()
    for word in _WORD.findall(text[:_LONGEST].casefold()):
        if _UNSPACED.search(word):
            found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif (len(word) > 4 and word not in _COMMON) or (word.isdigit() and len(word) > 1):
            found.add(word[:5])
    return found
