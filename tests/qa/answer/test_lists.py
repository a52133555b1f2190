import pytest

from qa.answer.lists import is_count, joined, parts


@pytest.mark.parametrize(
    ("sentence", "span", "items"),
    [
        ("Ana Ruiz, Ben Cole and Cy Dorn won the prizes.", "Ben Cole", ["Ana Ruiz", "Ben Cole", "Cy Dorn"]),
        ("The painter Penny and her oldest pupil, Fair, were named.", "Penny", ["Penny", "Fair"]),
        ("Most live on Great Skerry and on Noss, which has a hospital.", "Noss", ["Great Skerry", "Noss"]),
        ("He lived in Paris, France, and liked it.", "Paris", ["Paris"]),
        ("The Seafarers' and Dockers' Union struck.", "Dockers", ["Dockers"]),
        ("Two objects in the same room, a gold ring and a comb of ivory, were left.", "a gold ring",
         ["a gold ring", "a comb of ivory"]),
        ("They sell hay, coal and timber there.", "hay, coal and timber", ["hay", "coal", "timber"]),
        ("It is free to the old and to the young.", "the old and to the young", ["the old", "the young"]),
        ("Ana Ruiz, Ben Cole and Cy Dorn won cups and a bag.", "cups", ["cups"]),
    ],
)  # fmt: skip
def test_what_is_joined_to_a_span(sentence: str, span: str, items: list[str]) -> None:
    text = f"It began. {sentence}"
    start = text.index(span, 10)
    places = joined(text, start, start + len(span), (10, len(text)))
    assert [text[low:high] for low, high in places] == items


def test_a_long_span_with_an_and_in_it_is_one_item() -> None:
    text = "the man who came over the hill on a cold night in spring and a dog"
    assert parts(text, 0, len(text)) == [(0, len(text))]


def test_what_counts_items_is_none() -> None:
    assert is_count("Two other objects")
    assert is_count("the three")
    assert not is_count("a gold ring")
