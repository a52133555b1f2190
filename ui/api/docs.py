"""The API's description as a page of our own: no script, and nothing from another host."""

import html
import json
from collections.abc import Iterator, Mapping
from string import Template
from typing import Any

from starlette.responses import HTMLResponse

from ui.access.login import own_policy
from ui.views.theme import asset

__all__ = ["docs_page"]

_ABOUT_TOKEN = "Where the server has a token, send it with each request: <code>Authorization: Bearer TOKEN</code>."  # noqa: S105


def docs_page(described: Mapping[str, Any], here: str) -> HTMLResponse:
    """Return the page for an OpenAPI document, which FastAPI made of our own code; `here` is the server's address."""
    body = "\n".join([*_operations(described), *_models(described)])
    page = Template(asset("docs.html")).substitute(
        style=asset("plain.css"), token=_ABOUT_TOKEN, here=_safe(here), body=body
    )
    return HTMLResponse(page, headers=own_policy())


def _operations(described: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {_safe(path)}</code></h2>"
            yield f"<p>{_safe(operation.get('description') or operation.get('summary') or '')}</p>"
            if parameters := operation.get("parameters"):
                yield f"<h3>Parameters</h3><dl>{''.join(map(_parameter, parameters))}</dl>"
            if body := operation.get("requestBody"):
                yield f"<h3>Body</h3>{_content(body['content'], 'p')}"
            answers = (_answer(status, answer) for status, answer in operation["responses"].items())
            yield f"<h3>Answers</h3><dl>{''.join(answers)}</dl>"


def _models(described: Mapping[str, Any]) -> Iterator[str]:
    models = described.get("components", {}).get("schemas", {})
    for name, model in models.items():
        yield f'<h2 id="{_safe(name)}">{_safe(name)}</h2><p>{_safe(_first(model.get("description", "")))}</p>'
        required = model.get("required", [])
        fields = (_field(field, schema, field in required) for field, schema in model.get("properties", {}).items())
        yield f"<dl>{''.join(fields)}</dl>"


def _parameter(parameter: Mapping[str, Any]) -> str:
    told = {**parameter["schema"], **({"description": parameter["description"]} if "description" in parameter else {})}
    return _field(parameter["name"], told, parameter.get("required", False))


def _field(name: str, schema: Mapping[str, Any], required: bool) -> str:
    facts = [_kind(schema), "required" if required else ""]
    if "default" in schema:
        facts.append(f"default <code>{_safe(json.dumps(schema['default']))}</code>")
    told = "; ".join(fact for fact in facts if fact)
    described = _safe(schema.get("description", ""))
    return f"<dt><code>{_safe(name)}</code></dt><dd>{told}{'. ' if described else ''}{described}</dd>"


def _answer(status: str, answer: Mapping[str, Any]) -> str:
    return f"<dt>{_safe(status)} {_safe(answer.get('description', ''))}</dt>{_content(answer.get('content', {}))}"


def _content(content: Mapping[str, Any], tag: str = "dd") -> str:
    return "".join(f"<{tag}>{_safe(kind)}: {_kind(of.get('schema', {}))}</{tag}>" for kind, of in content.items())


def _kind(schema: Mapping[str, Any]) -> str:
    """Say in a few words what a value is; references lead to the model's place on the page."""
    if reference := schema.get("$ref", "").rpartition("/")[2]:
        return f'<a href="#{_safe(reference)}">{_safe(reference)}</a>'
    if choices := schema.get("anyOf"):
        return " or ".join(map(_kind, choices))
    if values := schema.get("enum"):
        return " or ".join(f"<code>{_safe(json.dumps(value))}</code>" for value in values)
    if schema.get("type") == "array":
        items = schema.get("items") or {"type": "value"}
        return f"list of {_kind(items)}"
    return _safe(schema.get("type", "value"))


def _first(description: str) -> str:
    return description.partition("\n\n")[0]


def _safe(text: str) -> str:
    return html.escape(str(text))
