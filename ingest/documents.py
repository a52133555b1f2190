"""A file that is one article (plain text, Markdown, HTML) -> Draft."""

from pathlib import Path

from ingest.decode import decode
from ingest.fields import Draft, draft_from_fields

__all__ = ["read_document"]


def read_document(data: bytes, path: Path) -> Draft:
    """Return the draft of a file of one article. Raises NotText where it cannot be one."""
    text = decode(data)
    kind = path.suffix.lower()
    if kind in {".html", ".htm", ".xhtml"}:
        from ingest.webpage import read_page

        return read_page(text)
    fields, body = _front_matter(text)
    if kind in {".md", ".markdown"}:
        from ingest.markdown import markdown_to_text

        heading, body = markdown_to_text(body)
        draft = draft_from_fields(fields, body)
        return draft if draft.title or not heading else draft_from_fields({"title": heading, **fields}, body)
    return draft_from_fields(fields, body)


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    return {}, text
