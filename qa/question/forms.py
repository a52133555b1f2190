"""What a question asks for."""

import re

from qa.english.lexicon import (
    AUXILIARY,
    MONTH,
    MONTH_BEGINNING,
    QUESTION_WORD,
    SCALES,
    SEASON,
    SEVERAL,
    WEEKDAY,
    either,
)
from qa.types import Form

__all__ = ["asks_figure", "expected_type", "fits_type", "form_of", "is_time_sensitive"]


def expected_type(question: str) -> str | None:
    """Return what sort of words answer, or None.

    'count' (no money, no share), 'number', 'year' (or month), 'date', 'name', 'reason'.
    """
    text = question.lower()
    for kind, pattern in _TYPES:
        if pattern.search(text):
            return kind
    return None


def form_of(question: str) -> Form:
    """Return what form of answer a stand-alone question calls for.

    'Tell me about' and 'what happened' call for a summary, 'why' and 'how did' for a reason, 'list' and
    'which countries' for a list, a question that begins with its verb for a sentence, and all others for
    a span. Case and question mark do not matter, nor does a polite beginning ('could you tell me').
    """
    text = _POLITE.sub("", " ".join(question.lower().replace("’", "'").split()))
    if _SUMMARY.match(text):
        return "summary"
    if _REASON.match(text):
        return "reason"
    if _LIST.match(text) or _LIST_OF.match(text):
        return "list"
    if _YES_NO.match(text):
        # 'is there a reward, and how much?' asks for the second
        second = _SECOND.search(text)
        return form_of(text[second.start(1) :]) if second else "sentence"
    return "span"


def asks_figure(question: str) -> bool:
    """Whether a figure answers."""
    return expected_type(question) in ("count", "number")


def is_time_sensitive(question: str) -> bool:
    """Whether the answer may be another at another time: not when or by whom something was done, but how many died."""
    text = question.lower()
    return asks_figure(text) or not (_REASON.match(text) or _PAST.search(text))


def fits_type(span: str, kind: str | None) -> bool:
    """Whether a span can be an answer of the kind that `expected_type` gave."""
    if kind == "count" and _NO_COUNT.search(span):
        return False
    if kind in ("count", "number"):
        return bool(re.search(r"\d", span) or _NUMBER_WORD.search(span))
    if kind in ("date", "year"):
        return bool(re.search(r"\d", span) or _TIME_WORD.search(span))
    if kind == "name":  # a dateline's 'CAIRO' is no person
        return bool(re.search(r"\b[A-Z][\w'’-]*[a-z]", span))
    if kind == "reason":
        return len(span.split()) > 3
    return True


_PAST = re.compile(r"\b(?:did|was|were|had)\b")
_MONEY_OR_SHARE = (
    r"(?:per ?cent|percent|percentage|dollars?|pounds?|pence|cents?|euros?|marks?|crowns?|kron(?:er|or|a)|francs?|yen"
    r"|yuan|rupees?|roubles?|rubles?|dinars?|dirhams?|riyals?|pesos?|shillings?|lir[ae]s?)\b"
)
_NO_COUNT = re.compile(rf"[$£€¥₹%]|\b{_MONEY_OR_SHARE}", re.IGNORECASE)
# What has a figure for its value, when it is asked for: 'what was the death toll', 'at what price'.
_QUANTITIES = (
    "toll|population|prices?|costs?|fares?|fees?|salary|salaries|wages?|rents?|budget|rate|percentage|proportion"
    "|amount|number|total|height|length|width|depth|weight|distance|speed|age|temperature|magnitude|turnout|revenues?"
    "|income|profits?|debt|deficit|surplus|turnover|capacity|output|inflation|unemployment|mileage|attendance"
    "|headcount"
)
_HEAD = (
    r"(?=\W*$|[,;:?]| (?:of|in|at|for|on|to|from|by|after|before|during|since|per|when|as|now|today|last|this|that)\b)"
)
_QUANTITY = (
    r"\bwhat(?:['’]s| (?:is|was|are|were|will be|would be|has been|had been))"
    rf" (?:(?!(?:of|in|at|for|on|that|which|who|and|to)\b)[\w'’-]+ ){{0,5}}?(?:{_QUANTITIES}|area|share){_HEAD}"
    rf"|\b(?:what|which) (?!costs?\b)(?:(?:the|death|interest|ticket|share|unemployment) )?(?:{_QUANTITIES})"
    r"(?=\W*$| (?:of|is|was|are|were|will|would|did|do|does|has|have|had|can|could|should|for|in|at|per)\b)"
    r"|\bwhat (?:do|does|did|will|would|has|had|have)n?['’]?t? [^?]{1,100}?\b(?:cost|weigh|earn)\b"
)
_TYPES = (
    ("reason", re.compile(r"\bwhy\b|\bwhat (was|is|were) the (reason|cause)|\bwhat (reasons?|caused?)\b|\bhow come\b")),
    ("count", re.compile(rf"\bhow many (?!(?:\w+ )?(?:{_MONEY_OR_SHARE}))")),
    ("number", re.compile(r"\bhow (many|much|long|old|far|big|large|tall|high|deep|often|fast|heavy|wide)\b")),
    ("number", re.compile(_QUANTITY)),
    ("year", re.compile(r"\b(what|which) (year|month)\b")),
    ("date", re.compile(r"\b(what|which) (day|date|time)\b|\bwhen\b(?! \w+ing)")),
    ("name", re.compile(r"\b(who|whom|whose)\b")),
)
_NUMBER_WORD = re.compile(
    rf"\b(no|none|zero|one|{SEVERAL}|{either(SCALES)}s?|dozens?|half|quarter|third|once|twice"
    r"|several|few|many|pair|couple|all|decades?|years?|centur(?:y|ies)|daily|weekly|monthly|every)\b",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    rf"\b({MONTH}|{MONTH_BEGINNING}|sept|{WEEKDAY}|{SEASON}|today|yesterday|tomorrow|tonight"
    r"|morning|afternoon|evening|night|noon|midnight|dawn|dusk|week|month|year|day|hour|minute|decade|century"
    r"|weekend|after|before|during|when|until|since|later|earlier|ago|soon|now)s?\b",
    re.IGNORECASE,
)


_POLITE = re.compile(
    r"^(?:(?:and|so|but|then|also|well|ok|okay|please|now|hey|hi|hello)\b[\s,]*)*"
    r"(?:(?:(?:can|could|would|will) (?:you|anyone|someone|i|we)|i (?:want|would like|need) (?:you )?to|i'd like to)"
    r" (?=please\b|tell|say|explain|list|name|give|get|have|know|summari|describe|show|outline)|do you (?=know\b))?"
    r"(?:please )?(?:(?:tell me|know|say|explain|show me) (?=wh|how\b|if\b|please\b|the names|the list))?(?:please )?"
)
_SUMMARY = re.compile(
    r"summari[sz]e\b|sum up\b|recap\b|describe\b|outline\b|tell (?:me|us) (?:\w+ ){0,2}(?:about|of)\b"
    r"|(?:(?:give|get|have|show) (?:me |us )?)?(?:an? |the )?(?:\w+ )?(?:overview|summary|outline|rundown|recap)\b"
    r"|what(?:'s| has| is| was| had| have)? (?:happen(?:ed|ing|s)|(?:been )?going on|went on|gone on)\b"
    r"|what(?:'s| is) the (?:story|news)\b"
    r"|what(?:'s| is| was| has been)? (?:already |so far )?(?:known|written|reported) (?:about|of|on)\b"
    r"|what (?:(?:do|does|can) (?:we|you|they|people|the (?:articles?|archive|papers?))|is there to)"
    r" (?:know|say|tell (?:me|us)|report|write|learn) (?:about|on|of)\b"
)
_REASON = re.compile(
    r"why\b|how come\b|for (?:what|which) reasons?\b"
    r"|(?:what|which) (?:\w+ )?(?:reasons?|causes?|caused|led to|prompted)\b"
    r"|what (?:is|are|was|were|'s) the (?:\w+ )?(?:reasons?|causes?)\b|what's the (?:\w+ )?(?:reason|cause)\b"
    r"|how (?:do|does|did|can|could|was|were|is|are|has|have|had|will|would|should|might|to)\b"
)
_LIST = re.compile(
    rf"list\b|enumerate\b|name (?:the|all|some|every|{SEVERAL}|\d+)\b|the (?:names|list) of\b"
    r"|give (?:me |us )?(?:an? |the )?(?:full |complete )?(?:list|names)\b"
    r"|(?:what|which) (?:are|were) (?:the|all|some|these|those|other|his|her|its|their)\b|who (?:all )?(?:are|were)\b"
    r"|which (?:ones|of)\b[\w\s]*\b(?:are|were)\b"
)
_AUXILIARY = rf"{AUXILIARY}(?:n't|not)?"
# 'which two small countries', but not 'what was his', 'what species is'
_LIST_OF = re.compile(
    rf"(?:which|what) (?:(?!(?:{_AUXILIARY}|the|an?|his|its|this|percent|percentage|share)\b)[\w'-]+ ){{0,3}}?"
    rf"(?!(?:{_AUXILIARY}|his|its|this|news|series|species|means|odds|s)\b)"
    r"(?:[\w-]*[a-z](?<![isu])s|people|men|women|children|police)\b(?! (?:is|was|has|'s)\b)(?!')"
)
_YES_NO = re.compile(rf"{_AUXILIARY}\b(?! \d)")
_SECOND = re.compile(rf"(?:\band|\bor|,) (?:if so,? )?({QUESTION_WORD}\b)")
