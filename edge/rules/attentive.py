"""An engine that can be asked which readings matter, so that the others need not even be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge.rules.engine import Engine, Through
from edge.rules.quiet import Quiet, quiet_at
from edge.rules.rule import Rule
from edge.rules.template import Template


class AttentiveEngine(Engine):
    """Does what the engine does; whoever feeds it may leave out what `quiet_at` calls quiet.

    What is quiet at a point holds until the point is among those of `take_stirred`.
    """

    def __init__(
        self,
        rules: Iterable[Rule[Any]],
        templates: Iterable[Template] = (),
        through: Through = lambda event, _: (event,),
    ) -> None:
        self._stirred: set[str] = set()
        super().__init__(rules, templates, through)

    def hears(self, point: str) -> bool:
        """Whether anybody listens to a point, or would once it speaks."""
        return bool(self._by_point.get(point)) or self._templates.watch(point)

    def quiet_at(self, point: str) -> Quiet | None:
        """What is nothing new to any who listen to a point; none where every reading matters."""
        listeners = self._by_point.get(point)
        if not listeners:
            return None
        return quiet_at(point, [self._hush.ask(rule) for rule in listeners])

    def take_stirred(self) -> set[str]:
        """Return the points of the rules whose states have changed since the last call."""
        stirred, self._stirred = self._stirred, set()
        return stirred

    def _forget_quiet(self, rule_id: str) -> None:
        super()._forget_quiet(rule_id)
        self._stirred.update(self._points[rule_id])
