"""Remembers what is quiet at each point, for as long as the states of its rules are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from edge.model import Block, Group, Reading
from edge.rules.quiet import Quiet, together
from edge.rules.rule import Rule, is_quieting

NOTHING, EVERYTHING = together((None,)), together(())
"""What is quiet at a point where a rule will be made, and at one to which nobody listens."""


class Hush:
    """Asks each rule once what is quiet, and again when its state is another.

    `listeners` are the rules that listen, by point; `state` gives a rule's; `awaited` says whether
    a rule will be made for a point.
    """

    def __init__(
        self,
        listeners: Mapping[str, Sequence[Rule[Any]]],
        state: Callable[[str], Any],
        awaited: Callable[[str], bool],
    ) -> None:
        self._listeners = listeners
        self._state = state
        self._awaited = awaited
        self._asks: dict[str, Callable[[Any], Quiet | None]] = {}
        self._quiet: dict[str, Quiet | None] = {}  # by rule, as long as its state is the same
        self._hushed: dict[str, Quiet] = {}  # by point, for all its listeners together
        self._heard: dict[Group, tuple[int, ...]] = {}  # where in a group somebody listens
        self._of_device: defaultdict[str, set[Group]] = defaultdict(set)

    def add(self, rule: Rule[Any], points: Sequence[str]) -> None:
        """A rule has come, which listens to these points."""
        name = rule.id
        if is_quieting(rule):
            self._asks[name] = rule.quiet
        for point in points:
            for group in self._of_device.pop(point.partition("/")[0], ()):
                self._heard.pop(group, None)
        self.forget(name, points)

    def forget(self, rule: str, points: Sequence[str]) -> None:
        """The state of a rule, which listens to these points, is another."""
        self._quiet.pop(rule, None)
        for point in points:
            self._hushed.pop(point, None)

    def is_quiet(self, reading: Reading) -> bool:
        """Whether stepping any rule with it would change nothing, and nothing would follow."""
        try:
            hushed = self._hushed.get(reading.point) or self._hush(reading.point)
            return hushed(reading)
        except Exception:  # noqa: BLE001 - whose fault it is, that rule's step will tell
            return False

    def passes_over(self, rule: Rule[Any], reading: Reading) -> bool:
        """Whether it says nothing new to this rule."""
        quiet = self.ask(rule)
        return quiet is not None and quiet(reading)

    def heard(self, block: Block) -> tuple[int, ...]:
        """Where in the group of a block somebody listens; most points nobody listens to."""
        heard = self._heard.get(block.group)
        if heard is None:
            points = enumerate(block.group.points)
            heard = tuple(
                n for n, point in points if self._listeners.get(point) or self._awaited(point)
            )
            self._heard[block.group] = heard
            for device in block.group.devices:
                self._of_device[device].add(block.group)
        return heard

    def _hush(self, point: str) -> Quiet:
        """What is nothing new to any who listen; nothing, where one of them wants all."""
        if listeners := self._listeners.get(point):
            hushed = together([self.ask(rule) for rule in listeners])
        else:
            hushed = NOTHING if self._awaited(point) else EVERYTHING
        self._hushed[point] = hushed
        return hushed

    def ask(self, rule: Rule[Any]) -> Quiet | None:
        """What is nothing new to a rule as it stands; none where it wants all."""
        if rule.id not in self._quiet:
            ask = self._asks.get(rule.id)
            self._quiet[rule.id] = ask(self._state(rule.id)) if ask else None
        return self._quiet[rule.id]
