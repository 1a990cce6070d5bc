"""The strict settings that every test runs under."""

from __future__ import annotations

import gc
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from tests import source_tree
from tests.fakes import guards, servers

_TESTS = Path(__file__).parent

# Where tests open sockets and wait; each folder is a marker of its own.
_REAL = {"integration", "system", "page"}

# Above what the slowest unit test needs on two busy cores, below what a person waits for.
_UNIT_SECONDS = 20
_SECONDS = 60

# Unit tests write their files here where there is room: ten times what they need, and well above
# what a store wants to be free.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder in it that is its user's alone
_ROOM = 2 * 1024**3

# No deadline: several processes share two cores, and a slow example is no wrong one.
settings.register_profile("local", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(_TESTS).parts[0]


def pytest_configure(config: pytest.Config) -> None:
    """A disk would be waited for: every store is synced; nothing in a unit test is cut off."""
    real = any(_REAL.intersection(Path(each).parts) for each in config.args)
    if not real and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_finish() -> None:
    """What is there stays: the collector need not walk through it in every test."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    """How much test there is to the code."""
    product, tests = source_tree.line_counts()
    return f"lines: {product} of the product, {tests} of tests ({tests / product:.2f} : 1)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test's folder decides its marker and its time-out."""
    for item in items:
        folder = _folder(item)
        if folder in _REAL:
            item.add_marker(getattr(pytest.mark, folder))
        elif item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_UNIT_SECONDS))
    if all(_folder(item) in _REAL for item in items):
        _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> None:
    """Sort files by how long they may take: one that begins when the others end is waited for."""
    limits: defaultdict[Path, list[float]] = defaultdict(list)
    for item in items:
        limit = item.get_closest_marker("timeout")
        limits[item.path].append(limit.args[0] if limit else _SECONDS)
    items.sort(key=lambda item: (-max(limits[item.path]), -sum(limits[item.path])))


@pytest.fixture(scope="session", autouse=True)
def blocking_calls_fail() -> Iterator[None]:
    """A blocking call of ours inside an event loop is a `BlockingError`, in every test."""
    guard = guards.blocking_calls()
    guard.activate()
    yield
    guard.deactivate()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """No leaked tasks anywhere; no sockets and no waiting in unit tests."""
    with ExitStack() as stack:
        limit = item.get_closest_marker("timeout")
        stack.enter_context(guards.limited(limit.args[0] if limit else _SECONDS))
        stack.enter_context(guards.no_leaked_tasks())
        if _folder(item) not in _REAL:
            stack.enter_context(guards.no_sockets())
            stack.enter_context(guards.no_sleeping())
        return (yield)


@pytest.fixture(scope="session")
def mosquitto_path() -> Path:
    """The broker's program; skips without it, fails without it where `CI=true`."""
    return servers.require("mosquitto", "mosquitto")
