"""A short run of what fuzz.py does for an hour: nothing raises, and no time grows faster than n log n."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.types import Turn
from tests.fuzz import PIECES, RULES, Pumped, damaged, drawn, fault_of, parser_fault, samples

_PIECES = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
_TEXTS = st.one_of(
    _PIECES, st.text(max_size=60), st.tuples(_PIECES, st.integers(1, 40)).map(lambda drawn: drawn[0] * drawn[1])
)
_QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("rule", RULES)
@_QUICK
@given(text=_TEXTS)
def test_no_text_makes_a_rule_raise(rule: str, text: str) -> None:
    RULES[rule](text)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_no_rule_takes_longer_and_longer(rule: str) -> None:
    drawing = random.Random(rule)
    assert [fault for _ in range(6) if (fault := fault_of(RULES[rule], drawn(drawing)))] == []


def test_a_row_of_thousands_takes_no_longer_by_the_letter() -> None:
    """What an hour of fuzzing found: at each place of the row the whole of what follows was read."""
    assert fault_of(RULES["joined"], Pumped("1e9", "1,000", "will ")) is None
    assert fault_of(RULES["sentence_spans"], Pumped("", "\ud800*", "")) is None
    assert fault_of(RULES["outside_pronoun"], Pumped("", "how many his ![€ 3bn---Read more—", "")) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.name for path in samples()])
def test_no_damaged_file_makes_a_parser_raise(name: str, tmp_path: Path) -> None:
    good = next(path.read_bytes() for path in samples() if path.name == name)
    drawing = random.Random(name)
    faults = [fault for _ in range(12) if (fault := parser_fault(name, damaged(good, drawing), tmp_path))]
    assert faults == []


@settings(_QUICK, max_examples=12)
@given(question=_TEXTS, before=st.lists(st.tuples(_TEXTS, st.none() | _TEXTS), max_size=3))
def test_no_question_makes_the_assistant_raise(
    assistant: Assistant, question: str, before: list[tuple[str, str | None]]
) -> None:
    """Whatever was said before, and half characters too; what has no word is refused before it comes here."""
    answer = assistant.ask(f"Who {question}"[:1500], [Turn(asked, told) for asked, told in before if asked.strip()])
    for citation in answer.citations:
        article = assistant.archive.article(citation.article.id)
        assert article
        assert article.text[citation.start : citation.end] == citation.quote


def test_what_is_looked_for_is_found() -> None:
    def quadratic(text: str) -> None:
        sum(len(set(text[at:])) for at in range(0, len(text), 10))

    def raises(text: str) -> None:
        assert len(text) < 50

    drawing = random.Random(3)
    assert "times as long" in (fault_of(quadratic, drawn(drawing)) or "")
    assert "raises AssertionError" in (fault_of(raises, drawn(drawing)) or "")
    assert fault_of(str.upper, drawn(drawing)) is None
