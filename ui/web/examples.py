"""Example questions that the archive can answer: made from its sentences, kept only if they are answered."""

import re
import threading
from collections import Counter
from collections.abc import Iterator

from ingest.article import Article
from ingest.errors import DatelineError
from ingest.passages import sentence_spans
from ui.asker import Asker
from ui.web.library import Library

__all__ = ["MOST_EXAMPLES", "Examples", "candidate_questions"]

MOST_EXAMPLES = 4
_MOST_OF_A_KIND = 2  # else all ask who is what: that is what news says most often
_ARTICLES_LOOKED_AT = 60
_QUESTIONS_TRIED = 8  # an answer takes about 0.1 s
_LONGEST_TEXT = 50_000  # characters of an article in which patterns are looked for: half a second at worst

# Each pattern needs a name in the question, or the question would mean nothing by itself. Of what it finds, `answer` is
# what the question should be answered with; the other groups are its words. Rather none than a wrong or a rude one:
# nobody is asked about as a victim or a suspect, nor for an age.
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NO_NAME = (
    rf"{_MONTH}|"
    r"\w+day|The|An?|In|On|At|It|Its|He|His|She|Her|We|They|Their|This|That|These|Those|But|And|After|Before|When|While|"
    r"As|For|From|By|To|With|According|Both|Although|However|Since|During|Earlier|Last|Some|Many|Most|Other|No|One|"
    r"What|Who|Why|How|Which|Where|If|So|Now|Then|There|Here|Also|Not|Yes|Only|Current|Former|About|Around|Nearly|Almost|"
    r"Over|Just|Another|Up|More|Meanwhile|Later|People|Officials|Police|Women|Men|Children|Critics|Nobody|Thousands|Hundreds"
)
_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
# Whole words of up to 41 letters. Not possessive: '{1,40}+' finds no 'Marlow' in 'Marlow's' under Python 3.11.2.
_NAME = rf"(?<![\w'’–-])(?!(?:{_NO_NAME})\b){_CAPITAL}(?:[\w–-]|['’](?!s\b)){{1,40}}(?![\w–-])"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,3}}"
_PARTICLE = r"(?:al|bin|bint|ibn|el|de|del|da|di|le|la|van|von|der|den)"
_END = r"(?=[,.;:]| (?:in|on|at|for|after|by|since|when|today|now)\b)"  # no name is cut in half
_NUMBER = (
    r"(?<![\w.,:/$£€–-])(?<!the )(?!(?:1[5-9]|20)\d\d\b)"
    r"(?P<answer>\d[\d,.]{0,20}\d(?: million| billion)?|\d)"
)
_ROLE = (
    r"(?:[Pp]resident|[Pp]rime [Mm]inister|[Mm]inister|[Mm]ayor|[Gg]overnor|[Dd]irector|[Cc]hair(?:man|woman|person)?|"
    r"[Cc]hief [Ee]xecutive|[Cc]hancellor|[Ss]ecretary|[Cc]ommissioner|[Cc]ommander|[Hh]ead|[Ll]eader|"
    r"[Ss]pokes(?:man|woman|person))"
)
_OFFICE = (  # what may stand between a name and a role
    r"(?:foreign|home|interior|transport|finance|defen[cs]e|health|education|justice|trade|energy|culture|environment|"
    r"deputy|vice|opposition|general|executive|managing|editorial|party)"
)
# An office of nowhere ('Health Minister'), or what is no name of a person ('Coach').
_TITLE = (
    rf"(?:{_ROLE}|(?i:{_OFFICE}|prime|chief|assistant|acting|interim|late|then|ex|fake|incumbent|senior|team|coach|civil|crime|"
    r"court|council|senate|society|congress|state|national|regional|board|bank|assembly|republican|democratic|commerce|police|"
    r"emergenc(?:y|ies)|labou?r|captain)\b)"
)
_PERSON = rf"(?!{_TITLE})(?P<answer>{_NAME}(?: {_NAME}){{1,2}})(?![\w–-])(?! (?:{_CAPITAL}|{_PARTICLE}\b))"
# Who or what a sentence begins with: 'women in Marlow announced' is not what Marlow did.
_SUBJECT = rf"(?<![a-z] )(?<![a-z] the )(?P<q>[Tt]he {_NAMES}|{_NAME}(?: {_NAME}){{1,3}}|\b[A-Z]{{2,6}}\b)"
_DAY = rf"(?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}\b)?(?:,? \d{{4}})?|(?:1[5-9]|20)\d\d)\b(?! ?[a-z]+s\b)"
_WHEN = rf"(?: in {_MONTH}(?: \d{{4}})?| in \d{{4}})?"
_PATTERNS = (
    # 'Ana Brecht, the transport minister of Marlow, said'
    (
        rf"{_PERSON}, (?:the )?(?P<q>(?!(?:the|an?|former|formerly) )(?:[a-z-]+ ){{0,2}}{_ROLE}"
        rf" (?:of|for|at) (?:the )?(?:{_NAME} ?){{1,4}}),",
        "Who is the {q}?",
    ),
    # 'Ana Brecht, Marlow's mayor, said'; 'Marlow's mayor, Ana Brecht'
    (rf"{_PERSON}, (?P<q>{_NAMES}['’]s (?:[a-z-]+ ){{0,2}}{_ROLE}),", "Who is {q}?"),
    (rf"(?P<q>{_NAMES}['’]s (?:{_OFFICE} ){{0,2}}{_ROLE}),? {_PERSON}", "Who is {q}?"),
    # 'the Marlow transport minister, Ana Brecht', 'Marlow President Ana Brecht'
    (
        rf"(?<!of )(?<!and )(?<!former )(?<!late )(?<!then )(?P<q>(?!{_TITLE}){_NAMES}"
        rf" (?:(?i:{_OFFICE}) ){{0,2}}{_ROLE}),? {_PERSON}",
        "Who is the {q}?",
    ),
    # 'Ana Brecht was elected mayor of Marlow'
    (
        rf"{_PERSON} (?:was|has been) (?P<q>(?:elected|appointed|named(?! after)|sworn in as)"
        rf" [\w'’ -]{{0,40}}{_NAME}{_WHEN}){_END}",
        "Who was {q}?",
    ),
    # 'Ana Brecht won the Marlow Prize', 'Ana Brecht founded the Marlow Archive'
    (rf"{_PERSON} (?:won|has won) (?P<q>(?:the|a) [\w'’ -]{{0,30}}{_NAME}{_WHEN}){_END}", "Who won {q}?"),
    (
        rf"{_PERSON} (?P<q>(?:founded|wrote|directed|designed|invented|discovered|leads|chairs|heads) (?:the|an?) "
        rf"[\w'’ -]{{0,30}}{_NAME}){_END}",
        "Who {q}?",
    ),
    # '310 boats remain in Brey', '12 people were killed in Marlow'
    (
        rf"{_NUMBER} (?P<q>(?:people|men|women|children|[a-z]+s) (?:were|are|had|have|remain|died|live|work|fled|lost|"
        rf"took part|attended|signed|voted|protested|gathered|marched|returned|recovered) [\w'’ -]{{0,50}}{_NAME})"
        rf"{_END}",
        "How many {q}?",
    ),
    # 'killed at least 12 people in Marlow'
    (
        rf"\b(?P<v>kill|injur|wound)(?:ed|ing) (?:[a-z]+ ){{0,3}}{_NUMBER} "
        rf"(?P<q>people|men|women|children|(?!other)[a-z]+s)"
        rf"(?P<w> (?:in|at|near) [\w'’ -]{{0,30}}{_NAME}){_END}",
        "How many {q} were {v}ed{w}?",
    ),
    # a share: 62% of voters in Marlow voted for it
    (
        rf"(?<![\w.,:/–-])(?P<answer>\d[\d.]{{0,10}}(?:%| per ?cent)) (?P<q>of (?:the )?[\w'’ -]{{0,40}}{_NAME}"
        rf"[\w'’ -]{{0,30}}? (?:was|were|is|are|has|have|had|comes?|live|support|voted|said)\b[\w'’ -]{{0,60}})"
        r"(?=[,.;:])",
        "What percentage {q}?",
    ),
    # 'The Brey Bridge will cost 41 million euros'
    (
        rf"(?P<q>[Tt]he [\w'’ -]{{0,40}}{_NAME}[\w'’ -]{{0,20}}?) (?:will cost|is to cost|cost) {_NUMBER}"
        r"(?= (?:euros|dollars|pounds|yen|yuan|rupees|francs|crowns|kroner|kronor|ro?ubles)\b)",
        "How much does {q} cost?",
    ),
    # 'The Brey Bridge was opened to traffic in May 1987'
    (
        rf"{_SUBJECT} (?P<v>was|were) (?P<w>(?:founded|built|opened|established|born|launched|signed|completed)"
        rf"(?: [a-z]+){{0,3}}?) (?:in|on) (?P<answer>{_DAY})",
        "When {v} {q} {w}?",
    ),
    # 'The Marlow Archive is based in Brey'
    (
        rf"{_SUBJECT},? (?P<v>is|are|was|were) (?P<w>based|born|located|headquartered|held) (?:in|at)"
        rf" (?P<answer>(?:the )?{_NAMES})",
        "Where {v} {q} {w}?",
    ),
    # 'The Marlow Senate approved a tax on empty houses'
    *(
        (
            rf"{_SUBJECT} (?:has |have )?{past} (?P<answer>(?:the |an? |its |his |her )[^,.;:]{{10,80}})",
            f"What did {{q}} {verb}?",
        )
        for past, verb in (
            ("announced", "announce"),
            ("approved", "approve"),
            ("rejected", "reject"),
            ("launched", "launch"),
            ("unveiled", "unveil"),
            ("called for", "call for"),
        )
    ),
)
_COMPILED = tuple((re.compile(pattern), question) for pattern, question in _PATTERNS)
# What stands before a name of which the first half was left out, or before a number that is a name ('Boeing 737').
# Before an answer it may be a title.
_FIRST = rf"(?!(?:{_NO_NAME})\b){_CAPITAL}[\w'’–-]+"
_CUT = {
    "q": re.compile(rf"\b(?:{_FIRST}|{_PARTICLE}) $"),
    "answer": re.compile(rf"\b(?:(?!{_TITLE}){_FIRST}|{_PARTICLE}) $"),
}
_POINTING = re.compile(r"\b(?:this|these|those|such|his|her|hers|their|its|our|my|he|she|they|it|we|I)\b")


class Examples:
    """The examples of an archive, found anew when it has changed. Safe for threads."""

    def __init__(self, library: Library, asker: Asker) -> None:
        self._library = library
        self._asker = asker
        self._lock = threading.Lock()
        self._found: list[str] = []
        self._found_for: object = None

    def known(self) -> list[str]:
        """Return what was found last, at no cost."""
        return self._found

    def find(self) -> list[str]:
        """Return up to four questions, each of another article, that the assistant answers as the article does.

        At most two begin with the same word.
        """
        with self._lock:
            version = self._library.version()
            if version != self._found_for:
                self._found = list(self._answered())
                self._found_for = version
            return self._found

    def _answered(self) -> Iterator[str]:
        tried = 0
        seen: set[str] = set()
        kinds: Counter[str] = Counter()  # of the kept ones, by their first word
        for article in self._library.newest(_ARTICLES_LOOKED_AT):
            for question, answer in candidate_questions(article):
                if tried == _QUESTIONS_TRIED or kinds.total() == MOST_EXAMPLES:
                    return
                kind, *_ = question.split()
                if question.casefold() in seen or kinds[kind] == _MOST_OF_A_KIND:
                    continue
                seen.add(question.casefold())
                tried += 1
                if self._is_answered(question, answer):
                    kinds[kind] += 1
                    yield question
                    break

    def _is_answered(self, question: str, expected: str) -> bool:
        try:
            answer = self._asker.ask(question, prose=False)
        except DatelineError:
            return False
        return answer.found and (expected in answer.text or answer.text in expected)


def candidate_questions(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (question, answer) pairs that plain patterns make of the article's sentences."""
    text = article.text[:_LONGEST_TEXT]
    for start, end in sentence_spans(text):
        for pattern, question in _COMPILED:
            whole = (found for found in pattern.finditer(text, start, end) if _stands_alone(text, found))
            if found := next(whole, None):
                parts = {name: words for name, words in found.groupdict("").items() if name != "answer"}
                parts["q"] = re.sub("^The ", "the ", parts["q"].strip())
                yield question.format(**parts), found["answer"]


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Whether the question stands alone: no half of a name, no word for something said before."""
    return not _POINTING.search(found["q"]) and not any(
        not found[part][0].islower() and cut.search(text, max(0, found.start(part) - 60), found.start(part))
        for part, cut in _CUT.items()
    )
