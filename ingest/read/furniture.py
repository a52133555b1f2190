"""Page furniture: what a saved page carries around its article, and how it is dropped.

A line goes only when all of it is known furniture and it stands alone: at the top or the end for words
that could also be a paragraph ('Print', 'English'), inside the text only for lines that are never anything
else ('Advertisement', 'Share this article'). No sentence is dropped but a call to subscribe or to log in at an end.
"""

import re

__all__ = ["drop_furniture"]

_LONGEST = 80  # characters; furniture is short
_LONGEST_CALL = 250  # characters of a call to subscribe
_DEPTH = 12  # paragraphs at each end that can be furniture


def _lines(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in text.strip().split("|"))


_LANGUAGES = _lines(
    "english|deutsch|español|français|italiano|português|русский|українська|türkçe|polski|nederlands"
    "|svenska|dansk|norsk|suomi|العربية|فارسی|اردو|中文|日本語|한국어|हिन्दी|বাংলা|bahasa indonesia"
    "|tiếng việt|ελληνικά|עברית|magyar|čeština|română|languages|in other languages|select language"
)
_ADVERTS = _lines(
    "advertisement|advertisements|advertising|sponsored|sponsored content|promoted|promoted content"
    "|story continues below|story continues below advertisement|story continues after advertisement"
    "|article continues below|article continues below advertisement|article continues after advertisement"
    "|article continues after ad|scroll down to continue|skip advertisement|skip ad"
    "|skip past newsletter promotion|share this|share this article|share this story|share this page"
    "|share this post|share this video|click to share|click here to subscribe"
)
_INTERFACE = _lines(
    "loading|please wait|loading comments|loading more"
    "|share|tweet|pin it|like|save|email|e-mail|email this|copy link|bookmark|embed"
    "|facebook|twitter|whatsapp|linkedin|reddit|telegram|instagram|youtube|pinterest|rss"
    "|print|print this|print this page|print this article|print page|printer-friendly|printer-friendly version"
    "|subscribe|subscribe now|subscribe today|subscribe here|sign in|sign up|sign out|log in|log out|login"
    "|register|my account|newsletter|newsletters|donate|donate now"
    "|read more|read next|read also|continue reading|more|see more|show more|show less|view more|view all"
    "|see also|next|previous|next article|previous article|back"
    "|comment|comments|leave a comment|leave a reply|post a comment|add a comment|write a comment|reply"
    "|no comments|no comments yet|comments are closed|comments closed|view comments|show comments"
    "|home|homepage|home page|menu|main menu|search|navigation|navigation menu|skip to content"
    "|skip to main content|skip to navigation|jump to content|jump to navigation|jump to search"
    "|back to top|back to the top|back to home|top|contents|table of contents|close"
    "|about|about us|contact|contact us|follow|follow us|terms|terms of use|terms of service"
    "|terms and conditions|privacy|privacy policy|privacy notice|cookies|cookie policy|cookie settings"
    "|accept|accept cookies|accept all|accept all cookies|reject all|manage cookies|manage preferences"
    "|this site uses cookies|this website uses cookies|our site uses cookies|we use cookies"
    "|all rights reserved|edit|edit source|view source|view history|what links here|related changes"
    "|permanent link|cite this page|categories|tags|topics|sister links"
)
_SECTIONS = _lines(
    "source|sources|references|external links|related|related news|related articles|related stories"
    "|related topics|related content|related posts|related coverage|related links|you may also like"
    "|you might also like|most read|most popular|most viewed|more on this|more on this story|recommended"
)
_SHARE = re.compile(r"(?:share|follow us) (?:on|via) \w+")
_COUNTED = re.compile(
    r"(?:comments? ?)?\(?\d[\d,.]*k?\)? ?(?:comments?|shares?|views?|likes?|tweets?|min(?:ute)?s? read)?"
    r"|(?:read|view|show|hide|see) (?:all )?\d* ?comments"
)
_LEGAL = re.compile(r"(?:copyright|©|\(c\)) .{0,60}")
_CRUMBS = re.compile(r"[^.!?\n]{1,30}(?:\s+[>»›|]\s+[^.!?\n]{1,30}){1,6}")


_CALL = (
    r"(?:subscribe|sign (?:in|up)|log ?in|register|join|become a (?:member|subscriber)|create (?:a free |an )?account"
    r"|start your .{0,30}trial|buy a subscription)"
)
_WALL = re.compile(
    rf"(?:please )?{_CALL}(?: (?:now|today|here|for free|free))?(?: (?:or|and) {_CALL})?"
    r"(?: to (?:continue|keep|finish|go on) reading.{0,60}| to (?:read|access|unlock|view|see) .{1,60}"
    r"| for (?:full |unlimited )?access.{0,40})?"
    r"|already (?:a |an? )?(?:subscriber|subscribed|member|registered|have an account|signed up).{0,20}"
    r"|(?:this|the) (?:full )?(?:article|story|content|post) is (?:only |exclusively )?"
    r"(?:for|available to|reserved for|exclusive to) (?:\w+ )?(?:subscribers|members).{0,20}"
    rf"|to (?:continue|keep) reading.{{0,20}}{_CALL}.{{0,60}}"
    r"|(?:please )?(?:enable|turn on|activate|allow) (?:javascript|cookies).{0,60}"
    r"|javascript is (?:disabled|required).{0,60}"
)


def drop_furniture(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs without page furniture; an article of nothing else comes back empty.

    At the top and the end go known interface words, calls to subscribe or log in, language switchers,
    breadcrumbs, share counts and copyright lines; inside only adverts, share lines and ornaments; at the
    end also a section such as 'Related stories' when only headlines follow it. Dropping twice changes nothing.
    """
    kept = [paragraph for paragraph in paragraphs if not _never_text(paragraph)]
    start = 0
    while start < min(len(kept), _DEPTH) and _interface(kept[start]):
        start += 1
    end = len(kept)
    while end > start and _interface(kept[end - 1]):
        end -= 1
    return _without_trail(kept[start:end])


def _without_trail(paragraphs: list[str]) -> list[str]:
    for index in range(max(1, len(paragraphs) - _DEPTH), len(paragraphs)):
        if _bare(paragraphs[index]) in _SECTIONS and all(map(_headline_like, paragraphs[index + 1 :])):
            return drop_furniture(paragraphs[:index])
    return paragraphs


def _headline_like(paragraph: str) -> bool:
    return len(paragraph) <= 120 and not paragraph.rstrip("\"'”’)").endswith((".", "!", "?", ":"))


def _never_text(paragraph: str) -> bool:
    line = _bare(paragraph)
    return line is not None and (not line or line in _ADVERTS or bool(_SHARE.fullmatch(line)))


def _interface(paragraph: str) -> bool:
    line = _bare(paragraph)
    if _calls(paragraph):
        return True
    if line is None:
        return False
    return (
        line in _INTERFACE
        or line in _SECTIONS
        or all(name.strip() in _LANGUAGES for name in re.split(r"[|/·,•\n]", line))
        or any(form.fullmatch(line) for form in (_COUNTED, _LEGAL, _CRUMBS))
    )


def _calls(paragraph: str) -> bool:
    """Whether all its sentences call to subscribe, to log in or to turn something on."""
    if len(paragraph) > _LONGEST_CALL:
        return False
    said = [sentence for sentence in re.split(r"[.!?|•·\n]+\s*", paragraph.lower()) if sentence.strip()]
    return bool(said) and all(_WALL.fullmatch(sentence.strip()) for sentence in said)


def _bare(paragraph: str) -> str | None:
    """The line in lower case without the marks around it; None for what is too long or a sentence."""
    if len(paragraph) > _LONGEST:
        return None
    return paragraph.lower().strip(" \t|•·*–—-_=[]").removesuffix("...").rstrip(" :…»>›→").lstrip(" «<‹←")
