"""Example questions that the archive can answer: made from its sentences, kept only if they are answered."""

import re
import threading
from collections.abc import Iterator

from ingest.article import Article
from ingest.errors import DatelineError
from ingest.passages import sentence_spans
from ui.asker import Asker
from ui.library import Library

__all__ = ["MOST_EXAMPLES", "Examples", "candidate_questions"]

MOST_EXAMPLES = 4
_ARTICLES_LOOKED_AT = 60
_QUESTIONS_TRIED = 8  # an answer takes about 0.1 s
_LONGEST_TEXT = 50_000  # characters of an article in which patterns are looked for: half a second at worst

# Each pattern needs a name in the question, or the question would mean nothing by itself. `q` and `v` are what the
# question is made of, `answer` is what it should be answered with.
_NO_NAME = (
    r"\w+day|The|An?|In|On|At|It|Its|He|His|She|Her|We|They|Their|This|That|These|Those|But|And|After|Before|When|While|"
    r"As|For|From|By|To|With|According|Both|Although|However|Since|During|Earlier|Last|Some|Many|Most|Other|No|One|"
    r"What|Who|Why|How|Which|Where|If|So|Now|Then|There|Here|Also|Not|Yes|Only|Current|Former"
)
_NAME = rf"\b(?!(?:{_NO_NAME})\b)[A-Z](?:[\w–-]|['’](?!s\b)){{1,40}}+"  # possessive: a word of 50,000 letters is one
_NAMES = rf"{_NAME}(?: {_NAME}){{0,3}}"
_SUBJECT = rf"(?<!of )(?<!of the )(?<!and )(?<!and the )\b(?P<q>(?:[Tt]he )?{_NAMES})"
_END = r"(?=[,.;:]| (?:in|on|at|for|after|by|since|when|today|now)\b)"  # no name is cut in half
_NUMBER = r"\b(?P<answer>\d[\d,.]{0,20}\d(?: million| billion)?|\d)"
_ROLE = (
    r"(?:[Pp]resident|[Pp]rime [Mm]inister|[Mm]inister|[Mm]ayor|[Gg]overnor|[Dd]irector|[Cc]hair(?:man|woman|person)?|"
    r"[Cc]hief [Ee]xecutive|[Cc]hancellor|[Ss]ecretary|[Cc]ommissioner|[Cc]ommander|[Hh]ead|[Ll]eader|"
    r"[Ss]pokes(?:man|woman|person))"
)
_TITLE = rf"{_ROLE}|Foreign|Home|Defen[cs]e|General|Prime|Chief|Vice|Deputy|Assistant|Acting|Executive|Team"
_PERSON = rf"(?!{_TITLE})(?P<answer>{_NAME}(?: {_NAME}){{1,2}})"
_DAY = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2}\b)?(?:,? \d{4})?|\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)(?: \d{4})?|(?:1[5-9]|20)\d\d"
)
_PATTERNS = (
    # 'Maja Tveter, the transport minister of Halvern, said'
    (
        rf"{_PERSON}, (?:the )?(?P<q>(?!(?:the|an?|former|formerly) )(?:[a-z-]+ ){{0,2}}{_ROLE}"
        rf" (?:of|for|at) (?:the )?(?:{_NAME} ?){{1,4}}),",
        "Who is the {q}?",
    ),
    # 'Lionel Bray, Brightwater's chairman, said'; 'Brightwater's chairman, Lionel Bray'
    (rf"{_PERSON}, (?P<q>{_NAME}['’]s (?:[a-z-]+ ){{0,2}}{_ROLE}),", "Who is {q}?"),
    (rf"\b(?P<q>{_NAMES}['’]s (?:[a-z-]+ ){{0,2}}{_ROLE}),? {_PERSON}", "Who is {q}?"),
    # 'the Halvern transport minister, Maja Tveter', 'Halvern President Maja Tveter'
    (
        rf"(?<!of )(?<!and )(?<!former )\b(?P<q>(?!{_TITLE}){_NAMES}"
        rf" (?:(?!{_ROLE}|and|or|former|led|incumbent|[a-z]+ed\b)[a-z-]+ ){{0,2}}{_ROLE}),? {_PERSON}",
        "Who is the {q}?",
    ),
    # 'Ana Brecht was elected mayor of Marlow'
    (
        rf"{_PERSON} (?:was|has been) (?P<q>(?:elected|appointed|named(?! after)|sworn in as)"
        rf" [\w'’ -]{{0,40}}{_NAME}){_END}",
        "Who was {q}?",
    ),
    # 'Ana Brecht won the Marlow Prize', 'Halvern beat Qasara', 'Ana Brecht founded the Marlow Archive'
    (rf"{_PERSON} (?:won|has won) (?P<q>(?:the|a) [\w'’ -]{{0,30}}{_NAME}){_END}", "Who won {q}?"),
    (rf"\b(?P<answer>{_NAMES}) (?P<q>(?:beat|defeated) (?:the )?{_NAMES})", "Who {q}?"),
    (
        rf"{_PERSON} (?P<q>(?:founded|wrote|directed|designed|invented|discovered|leads|chairs|heads) (?:the|an?) "
        rf"[\w'’ -]{{0,30}}{_NAME}){_END}",
        "Who {q}?",
    ),
    # '4,100 troops remain in Qasara', '12 people were killed in Marlow'
    (
        rf"{_NUMBER} (?P<q>(?:people|men|women|children|[a-z]+s) (?:were|are|had|have|remain|died|live|work|fled|lost|"
        rf"took part|attended|signed|voted|protested|gathered|marched|returned|recovered) [\w'’ -]{{0,50}}{_NAME})"
        rf"{_END}",
        "How many {q}?",
    ),
    # 'killed 12 people in Marlow'
    (
        rf"\b(?P<v>kill|injur|wound)(?:ed|ing) (?:[a-z]+ ){{0,3}}{_NUMBER} (?P<q>[a-z]+)"
        rf"(?P<w> (?:in|at|near) [\w'’ -]{{0,30}}{_NAME}){_END}",
        "How many {q} were {v}ed{w}?",
    ),
    # a share: 62% of voters in Marlow voted for it
    (
        rf"\b(?P<answer>\d[\d.]{{0,10}}(?:%| per ?cent)) (?P<q>of (?:the )?[\w'’ -]{{0,40}}{_NAME}[\w'’ -]{{0,30}}?"
        rf" (?:was|were|is|are|has|have|had|comes?|live|support|voted|said)\b[\w'’ -]{{0,60}})(?=[,.;:])",
        "What percentage {q}?",
    ),
    # 'The Norrfjord Bridge will cost 41 million euros'
    (
        rf"(?P<q>[Tt]he [\w'’ -]{{0,40}}{_NAME}[\w'’ -]{{0,20}}?) (?:will cost|is to cost|cost) {_NUMBER}",
        "How much does {q} cost?",
    ),
    # 'Ana Brecht, 43, said', 'the 43-year-old Ana Brecht'
    (rf"(?P<q>{_NAME}(?: {_NAME}){{1,2}}), (?:aged )?(?P<answer>\d\d),", "How old is {q}?"),
    (rf"\b(?P<answer>\d\d)-year-old (?P<q>{_NAME}(?: {_NAME}){{1,2}})", "How old is {q}?"),
    # 'The Norrfjord Bridge was opened to traffic in May 1987'
    (
        rf"{_SUBJECT} (?P<v>was|were) (?P<w>(?:re)?(?:founded|built|opened|established|created|born|launched|"
        rf"signed|elected|released|completed|closed|arrested|killed)(?: [a-z]+){{0,3}}?) (?:in|on) (?P<answer>{_DAY})",
        "When {v} {q} {w}?",
    ),
    # 'The Marlow Archive is based in Halvern'
    (
        rf"{_SUBJECT},? (?P<v>is|are|was|were) (?P<w>based|born|located|headquartered|held|buried) (?:in|at)"
        rf" (?P<answer>(?:the )?{_NAMES})",
        "Where {v} {q} {w}?",
    ),
    # 'Ana Brecht died of pneumonia'
    (rf"(?P<q>{_NAMES}) (?:has )?died (?P<v>of|from) (?P<answer>[a-z][\w -]{{3,40}}){_END}", "What did {q} die {v}?"),
    # 'The Halvern Senate approved a law that'
    *(
        (
            rf"{_SUBJECT} (?:has |have )?{past} (?P<answer>(?:that |the |an? |its |his |her )[^,.;:]{{10,80}})",
            f"What did {{q}} {verb}?",
        )
        for past, verb in (
            ("announced", "announce"),
            ("approved", "approve"),
            ("rejected", "reject"),
            ("banned", "ban"),
            ("launched", "launch"),
            ("unveiled", "unveil"),
            ("called for", "call for"),
            ("criticised", "criticise"),
            ("denied", "deny"),
        )
    ),
)
_CUT = re.compile(rf"\b(?!{_TITLE}){_NAME} $")  # the first half of a name was left out
_COMPILED = tuple((re.compile(pattern), question) for pattern, question in _PATTERNS)


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
        """Return up to four questions, each of another article, that the assistant answers as the article does."""
        with self._lock:
            version = self._library.version()
            if version != self._found_for:
                self._found = list(self._answered())
                self._found_for = version
            return self._found

    def _answered(self) -> Iterator[str]:
        tried = kept = 0
        seen: set[str] = set()
        for article in self._library.newest(_ARTICLES_LOOKED_AT):
            for question, answer in candidate_questions(article):
                if tried == _QUESTIONS_TRIED or kept == MOST_EXAMPLES:
                    return
                if question in seen:
                    continue
                seen.add(question)
                tried += 1
                if self._is_answered(question, answer):
                    kept += 1
                    yield question
                    break

    def _is_answered(self, question: str, expected: str) -> bool:
        try:
            answer = self._asker.ask(question)
        except DatelineError:
            return False
        return answer.found and (expected in answer.text or answer.text in expected)


def candidate_questions(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (question, answer) pairs that plain patterns make of the article's sentences."""
    text = article.text[:_LONGEST_TEXT]
    for start, end in sentence_spans(text):
        for pattern, question in _COMPILED:
            found = pattern.search(text, start, end)
            if found and not any(
                found[part][:1].isupper() and _CUT.search(text[start : found.start(part)]) for part in ("q", "answer")
            ):
                parts = {name: words for name, words in found.groupdict("").items() if name != "answer"}
                parts["q"] = re.sub("^The ", "the ", parts["q"].strip())
                yield question.format(**parts), found["answer"]
