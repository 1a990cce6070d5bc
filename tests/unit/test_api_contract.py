"""The API keeps to its own description: whatever is asked, the answer is one that it promises."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.fakes.browser import Browser
from tests.fakes.house import FakeHouse
from tests.fakes.time import VirtualLoop

HOST: Final = "https://gateway.local"
EXAMPLES: Final = 5
"""Of each operation, right ones and as many wrong ones: all of it takes half a minute."""

BEYOND_THE_SHAPE: Final = frozenset(
    {
        "post_suppressions",  # a device or a building
        "post_rules_dry_run",  # a site file that is sound
        "post_discovery_try",  # a section of a driver
        "post_discovery_survey",
        "put_configuration",  # based on what is there now
        "post_configuration_versions_number_restore",
    }
)
"""What has to fit more than its shape, and may be refused because it does not."""

ASKS_THE_NETWORK: Final = frozenset({"get_discovery_cameras"})


class Told:
    """A house in which something has happened, and an admin who asks it anything."""

    def __init__(self, folder: Path) -> None:
        self.house = FakeHouse(folder)
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)
        self._stack = AsyncExitStack()
        self._token = ""

    @contextmanager
    def lives(self) -> Iterator[Told]:
        """Let it live until the block ends."""
        with self._runner:
            self._runner.run(self._begin())
            try:
                yield self
            finally:
                self._runner.run(self._stack.aclose())

    def ask(self, case: Case[Any]) -> Response:
        """Answer one request as the application does."""
        asked = requests.Request(**_plain(case.as_transport_kwargs(base_url=HOST))).prepare()
        return self._runner.run(self._answer(asked))

    async def _begin(self) -> None:
        await self._stack.enter_async_context(self.house.lives())
        await self.house.enrol()
        tokens = self.house.accounts.tokens
        _, self._token = await tokens.make("contract", "admin", frozenset(), None)
        await self.house.read("gate-1/online", value=False)
        await self.house.read("fire-3/1-1-1-1.fire", value=True)
        self.house.keepers["gates"].trace.frame("in", "gate-1", b"\x01\x02", "topic")

    async def _answer(self, asked: requests.PreparedRequest) -> Response:
        browser = Browser(app=self.house.app, token=self._token)
        body = asked.body or b""
        body = body.encode() if isinstance(body, str) else body
        assert isinstance(body, bytes)
        headers = {name: _latin(value) for name, value in asked.headers.items()}
        path, method = _path(asked), asked.method or "GET"
        answer = await browser.ask(method, path, body=body, headers=headers)
        return Response(
            int(answer.status),
            {name: [value] for name, value in answer.headers.items()},
            answer.body,
            asked,
            0.1,
            True,  # noqa: FBT003 - whether TLS was verified
        )


def _plain(asked: dict[str, Any]) -> dict[str, Any]:
    known = {"method", "url", "headers", "params", "cookies", "json", "data", "files"}
    return {key: value for key, value in asked.items() if key in known}


def _latin(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _path(asked: requests.PreparedRequest) -> str:
    path, question, query = asked.path_url.partition("?")
    return f"{unquote(path)}{question}{query}"


@pytest.mark.timeout(150)
def test_every_answer_is_one_that_is_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No fault, a status and a type that are promised, a body of the promised shape.

    What does not fit the description is refused.
    """
    monkeypatch.setattr("edge.keeper.Keeper.link", _Closed())
    load_all_checks()
    wrong: list[str] = []
    with Told(tmp_path / "site").lives() as told:
        schema = schemathesis.openapi.from_dict(told.house.app.openapi())
        for result in schema.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr]
            if operation.definition.raw["operationId"] in ASKS_THE_NETWORK:
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                wrong += _tried(told, operation, mode)
    assert not wrong, "\n".join(wrong)


class _Closed:
    """A link that does not open."""

    kind = "modbus"

    def open(self, *_: object) -> Any:
        """Do not."""
        raise OSError("nothing is opened here")

    def describe(self, *_: object) -> tuple[()]:
        """Say nothing."""
        return ()


def _tried(told: Told, operation: Any, mode: GenerationMode) -> list[str]:
    """What is wrong with the answers of one operation."""
    found: list[str] = []
    excluded = [ignored_auth]  # the matrix of routes and roles looks at that
    if operation.definition.raw["operationId"] in BEYOND_THE_SHAPE:
        excluded.append(positive_data_acceptance)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    def once(case: Case[Any]) -> None:
        answer = told.ask(case)
        try:
            case.validate_response(answer, excluded_checks=excluded)
        except FailureGroup as failures:
            found.extend(
                f"{operation.label} ({mode.value}): {each}\n{answer.content[:300]!r}"
                for each in failures.exceptions
            )

    with suppress(Unsatisfiable):  # there is nothing about it that could be wrong
        once()
    return found[:3]
