"""Requests made up from the OpenAPI document, good and bad: none may upset the server."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.slow

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_FEW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_no_request_upsets_the_server(sample_url: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{sample_url}/openapi.json")
    statuses: list[int] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue

        @_FEW
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            answer = case.call(base_url=sample_url)
            if answer.text == "Invalid HTTP request received.":
                return  # uvicorn's own word on an address of over 64 kB; it never reaches the app
            statuses.append(answer.status_code)
            case.validate_response(answer, checks=_CHECKS)

        ask()
    assert len(statuses) > 20
    assert {GenerationMode.POSITIVE: 200, GenerationMode.NEGATIVE: 422}[mode] in statuses


def test_one_request_after_another_upsets_nothing(sample_url: str) -> None:
    """What an answer names is asked for next, as far as the document shows: an article that a list gave."""
    answered: Counter[tuple[str, int]] = Counter()

    class Machine(schemathesis.openapi.from_url(f"{sample_url}/openapi.json").as_state_machine()):  # type: ignore[misc]
        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            answered[case.operation.label, response.status_code] += 1
            case.validate_response(response, checks=_CHECKS)

    # Of nine routes each is asked by chance: 20 examples asked for an article 10 times once, 40 do so twice as often.
    Machine.run(settings=settings(_FEW, max_examples=40, stateful_step_count=6))
    assert answered["GET /v1/articles/{id}", 200] > 10
