"""Whether a page tells the story that a list announces, or stands in front of it: cookie wall, login, script, error.

It is told by what is missing. A page that tells a story has most of the words of its title and teaser.
"""

import re

__all__ = ["same_story", "tells"]

_FEWEST = 3  # words of an announcement; fewer prove nothing
_SHARE = 0.25  # of them that must be on the page; walls have what any text shares with another
_SHORT = 1500  # characters; below this a page whose title alone is missing is taken for a wall
_LONGEST = 200_000  # characters that are looked at
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COMMON = frozenset(
    "about after again against article because before being between continue could during every first other read"
    " should story subscribe their there these those through under until where which while would".split()
)
_SAME = 0.8  # of the words of two pages of one address


def tells(text: str, title: str, teaser: str) -> bool:
    """Return whether a page of this text tells the story that a list announces under this title, with this teaser."""
    announced = _words(title) | _words(teaser)
    if len(announced) < _FEWEST or (not teaser and len(text) > _SHORT):
        return True
    return len(announced & _words(text)) >= _SHARE * len(announced)


def same_story(one: str, other: str) -> bool:
    """Return whether two texts are one article's, but for a few words."""
    first, second = _words(one), _words(other)
    return one == other or len(first & second) >= _SAME * len(first | second) > 0


def _words(text: str) -> set[str]:
    """Numbers, and the beginnings of longer words; of a script without spaces every two letters."""
    found: set[str] = set()
    for word in _WORD.findall(text[:_LONGEST].casefold()):
        if _UNSPACED.search(word):
            found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif (len(word) > 4 and word not in _COMMON) or (word.isdigit() and len(word) > 1):
            found.add(word[:5])
    return found
