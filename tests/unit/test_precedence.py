"""Precedence is taken where it was granted, and nowhere else."""

from __future__ import annotations

import os
import resource

import pytest

from edge.precedence import PRIORITY, take_precedence


def taken(monkeypatch: pytest.MonkeyPatch, most: int, policy: int, refusal: str = "") -> bool:
    """Whether a thread asks for it, given a limit and how its process was started."""
    asked: list[tuple[int, int]] = []

    def ask(pid: int, policy: int, param: os.sched_param) -> None:
        assert pid == 0
        asked.append((policy, param.sched_priority))
        if refusal:
            raise PermissionError(refusal)

    monkeypatch.setattr(resource, "getrlimit", lambda _: (most, most))
    monkeypatch.setattr(os, "sched_getscheduler", lambda _: policy)
    monkeypatch.setattr(os, "sched_setscheduler", ask)
    take_precedence()
    assert asked in ([], [(os.SCHED_RR | os.SCHED_RESET_ON_FORK, PRIORITY)])
    return bool(asked)


@pytest.mark.parametrize("most", [1, 99, resource.RLIM_INFINITY])
def test_a_limit_grants_it(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """As `LimitRTPRIO=` of a unit, or `ulimits` of a container."""
    assert taken(monkeypatch, most, os.SCHED_OTHER)


@pytest.mark.parametrize("inherited", [0, os.SCHED_RESET_ON_FORK])
def test_who_was_started_so_passes_it_on(monkeypatch: pytest.MonkeyPatch, inherited: int) -> None:
    """To the thread that writes the journal, which did not inherit it."""
    assert taken(monkeypatch, 0, os.SCHED_RR | inherited)


@pytest.mark.parametrize("policy", [os.SCHED_OTHER, os.SCHED_BATCH, os.SCHED_IDLE])
def test_it_is_not_taken_uncalled(monkeypatch: pytest.MonkeyPatch, policy: int) -> None:
    """A program started by hand runs like any other."""
    assert not taken(monkeypatch, 0, policy)


def test_a_refusal_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel may keep all such time from a group of processes."""
    assert taken(monkeypatch, 1, os.SCHED_OTHER, refusal="no such time here")
