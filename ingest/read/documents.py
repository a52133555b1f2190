"""A file that is one article (plain text, Markdown, HTML) -> Draft."""

import re
from pathlib import PurePath

from ingest.read.decode import NotText, decode
from ingest.read.draft import Draft
from ingest.read.fields import draft_from_fields, is_field
from ingest.read.standin import stand_in
from ingest.read.webpage import read_page

__all__ = ["read_document", "read_html"]

_LARGEST_MATTER = 64_000  # characters; front matter has a few hundred
_MATTER = re.compile(r"\ufeff?\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z][\w .-]{0,30}?)[ \t]*:(?:[ \t]+(.*)|[ \t]*)")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read_document(data: bytes, path: PurePath) -> Draft:
    """Return the draft of a file of one article. Raises NotText where it cannot be one."""
    kind = path.suffix.lower()
    if kind in {".html", ".htm", ".xhtml"}:
        return read_html(data)
    fields, body = _front_matter(decode(data).replace("\r\n", "\n"))
    if kind in {".md", ".markdown"}:
        from ingest.read.markdown import markdown_to_text

        heading, body = markdown_to_text(body)
        return draft_from_fields({"title": heading, **fields}, body, flowed=True)
    return draft_from_fields(fields, body)


def read_html(data: bytes, charset: str | None = None, url: str | None = None) -> Draft:
    """Return the draft of a page. `charset` is what its server says. Raises NotText, for a cookie wall too."""
    stated = _CHARSET.search(data[:4096])
    charset = charset or (stated[1].decode("ascii", "ignore") if stated else None)
    draft = read_page(decode(data, charset), url)
    if reason := stand_in(draft):
        raise NotText(reason)
    return draft


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    """The fields at the head of a text, and the rest: YAML between dashes, or lines 'Title: ...'.

    YAML that is none is read line by line (an unquoted colon in a title breaks it often); what
    gives no known field is no front matter, and stays in the text.
    """
    found = _MATTER.match(text[:_LARGEST_MATTER])
    if found:
        fields = _yaml(found[0]) or _pairs(found[1].split("\n"))
        return (fields, text[found.end() :]) if fields else ({}, text)
    head, _, body = text.lstrip("\ufeff\n ")[:_LARGEST_MATTER].partition("\n\n")
    lines = head.split("\n")
    pairs = [_PAIR.fullmatch(line.rstrip()) for line in lines]
    if not all(pair and is_field(pair[1]) for pair in pairs) or not (body or len(text) > _LARGEST_MATTER):
        return {}, text
    if len(lines) == 1 and not is_field(lines[0].partition(":")[0], "title"):
        return {}, text
    return _pairs(lines), text[text.index(head) + len(head) :]


def _yaml(block: str) -> dict[str, object]:
    import frontmatter  # 0.1 s that most files do not pay
    import yaml

    class Loader(yaml.SafeLoader):
        """Safe YAML without aliases, with which a few lines can grow to gigabytes."""

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not read")
            return super().compose_node(parent, index)

    class Handler(frontmatter.YAMLHandler):  # type: ignore[misc]
        def load(self, fm: str, **_: object) -> object:
            return yaml.load(fm, Loader)  # noqa: S506 - a SafeLoader

    try:
        fields, _ = frontmatter.parse(block, handler=Handler())
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return fields if any(is_field(str(name)) for name in fields) else {}


def _pairs(lines: list[str]) -> dict[str, object]:
    pairs = [pair for line in lines if (pair := _PAIR.fullmatch(line.rstrip())) and pair[2]]
    return {pair[1]: pair[2].strip(" \"'") for pair in pairs if is_field(pair[1])}
