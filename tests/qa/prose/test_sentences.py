"""What an LLM writes, cut into sentences while it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.prose.sentences import Drafted, Drafts


def drafted(text: str, letters: int) -> list[Drafted]:
    drafts = Drafts()
    pieces = [text[start : start + letters] for start in range(0, len(text), letters)]
    return [*(one for piece in pieces for one in drafts.add(piece)), *drafts.end()]


@pytest.mark.parametrize("letters", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge opened in May [2].", [("The bridge opened in May.", (2,))]),
        ("The bridge opened. [2] It cost £4.2m [1][3].", [("The bridge opened.", (2,)), ("It cost £4.2m.", (1, 3))]),
        ("The U.S. left [1, 2]. Dr. Vale stayed[3].", [("The U.S. left.", (1, 2)), ("Dr. Vale stayed.", (3,))]),
        ("- **One** sank [Source 1].\n- Two did not [2-4].", [("One sank.", (1,)), ("Two did not.", (2, 3, 4))]),
        ("It opened 【1】. Nobody came", [("It opened.", (1,)), ("Nobody came", ())]),
        ("It opened in May [", [("It opened in May", ())]),
        ("\n\n [1] \n", []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_and_their_marks(text: str, expected: list[tuple[str, tuple[int, ...]]], letters: int) -> None:
    assert [(one.text, one.cited) for one in drafted(text, letters)] == expected


def test_a_sentence_comes_when_the_next_begins() -> None:
    drafts = Drafts()
    assert drafts.add("It opened in May.") == []
    assert drafts.add(" [1]") == []
    assert drafts.add(" It") == [Drafted("It opened in May.", (1,))]
    assert drafts.end() == [Drafted("It", ())]


def test_characters_that_do_not_show_are_left_out() -> None:
    (one,) = drafted("Paid \u202e000,7\u202c to\x1b[31m `him`\u200b [1].", 4)
    assert one.text.isprintable()


@given(st.text(alphabet='ab1[]【】,.- \n"“*', max_size=200), st.integers(1, 9))
def test_any_text_gives_sentences_in_order(text: str, letters: int) -> None:
    for one in drafted(text, letters):
        assert one.text == one.text.strip()
        assert "\n" not in one.text
        assert all(0 <= number <= 999 for number in one.cited)
