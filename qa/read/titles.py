"""The title of an article, as the reader sees it: read before the passage, never an answer itself."""

from tokenizers import Tokenizer

__all__ = ["TITLE_TOKENS", "title_tokens"]

TITLE_TOKENS = 24  # a longer title loses its end
_LETTERS = 500


def title_tokens(tokenizer: Tokenizer, title: str) -> list[int]:
    """The ids of a title as a sentence of its own, at most TITLE_TOKENS; none for an empty title."""
    # As a reader encodes a passage: a lone surrogate cannot be UTF-8. A longer title is cut before it costs time.
    title = title[:_LETTERS].strip().encode("utf-8", "replace").decode("utf-8")
    if not title:
        return []
    sentence = title if title.endswith((".", "?", "!")) else f"{title}."
    return list(tokenizer.encode(sentence, add_special_tokens=False).ids[:TITLE_TOKENS])
