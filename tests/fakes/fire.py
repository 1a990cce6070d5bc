"""A site that burns: panels and gates as its rules see them, and what the rules do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edge.model import (
    Action,
    AlarmCleared,
    AlarmRaised,
    Cause,
    Command,
    CommandResult,
    Device,
    DeviceReset,
    Effect,
    Event,
    Lane,
    Location,
    Observation,
    Record,
    Suppression,
    SuppressionBegan,
    SuppressionEnded,
    Text,
)
from edge.rules.engine import Engine
from edge.rules.fire import BUILT_IN, FireOptions
from edge.site import Building, Site
from tests.fakes.rule_life import at, device
from tests.fakes.site import bare_site

WORDS = Text("", "")


def action(effect: Effect, seen: str = "") -> Action:
    """What a gate can be told; `seen` is its point that shows that it has happened."""
    observe = Observation(point=seen, equals=True, within_s=5.0) if seen else None
    return Action(text=WORDS, effect=effect, observe=observe)


def gate(name: str, building: str = "b3", *, seen: bool = False, **effects: Effect) -> Any:
    """A gate with these actions: `release="releases"`."""
    contact = f"{name}/door_open" if seen else ""
    actions = {each: action(effect, contact) for each, effect in effects.items()}
    return device(name, building=building, actions=actions)


def burning_site(*more: tuple[str, Device]) -> Site:
    """Building b3 with a panel whose zones 5 and 6 stand on floors 5 and 6, and what is given."""
    floors = {f"1-1-{z}-{p}": Location(building="b3", floor=f"{z}") for z in (5, 6) for p in (1, 2)}
    panel = device("fire-3", kind="fire_panel", building="b3", components=floors)
    return bare_site(
        devices=dict([panel, *more]),
        buildings={each: Building(id=each, name=Text(each, each)) for each in ("b1", "b3")},
    )


STAYS = gate("gate-3", seen=True, open="opens", release="releases", lock="locks")
SWINGS = gate("gate-4", open="opens", reboot="other")
PERIMETER = gate("gate-9", "", release="releases", close="closes")
ELSEWHERE = gate("gate-1", "b1", release="releases")
LIFT = device("lift-5", kind="lift", building="b3", actions={"home": action("releases")})
SMOKE = [device(f"smoke-{n}", kind="smoke", building="b3", units={"smoke": ""}) for n in (1, 2)]
SITE = burning_site(STAYS, SWINGS, PERIMETER, ELSEWHERE, LIFT, *SMOKE)
CONFIRMED = "b3/fire_confirmed"
HAND = "手动火灾报警按钮 3层楼梯口手报3"


def alarm(  # noqa: PLR0913 - an alarm has this many sides
    component: str,
    seconds: float = 0,
    *,
    name: str = "fire",
    panel: str = "fire-3",
    about: str = "",
    category: str = "fire.alarm",
    suppressed: tuple[Suppression, ...] = (),
) -> AlarmRaised:
    """The alarm of a component behind a panel, or of the panel itself."""
    key = f"{panel}/{component}/{name}" if component else f"{panel}/{name}"
    point = f"{panel}/{component}.{name}" if component else f"{panel}/{name}"
    return AlarmRaised(
        alarm=key,
        device=panel,
        rule=name,
        category=category,
        severity=950,
        lane=Lane.LIFE_SAFETY,
        text=WORDS,
        cause=Cause(point=point, value=True, about=about),
        at=at(seconds),
        suppressed=suppressed,
    )


def over(component: str, seconds: float = 0, name: str = "fire") -> AlarmCleared:
    """The end of such an alarm."""
    key = f"fire-3/{component}/{name}" if component else f"fire-3/{name}"
    return AlarmCleared(alarm=key, at=at(seconds))


def reset(component: str = "", seconds: float = 0) -> DeviceReset:
    """The panel is reset, or one of its systems."""
    return DeviceReset(device="fire-3", component=component, at=at(seconds))


def result(command: Command, seconds: float = 0, **more: Any) -> CommandResult:
    """What became of a command."""
    return CommandResult(
        command=command.id,
        device=command.device,
        action=command.action,
        at=at(seconds),
        **{"outcome": "done", "issued_by": command.issued_by, **more},
    )


class FireLife:
    """The fire rules of a site in an engine that can be killed at any moment."""

    def __init__(self, site: Site, **options: object) -> None:
        self._site = site
        self._options = FireOptions.model_validate(options)
        self.told: list[tuple[float, AlarmRaised | AlarmCleared]] = []
        self.commands: list[tuple[float, Command]] = []
        self.windows: list[tuple[float, SuppressionBegan | SuppressionEnded]] = []
        self.disk: dict[str, bytes] = {}
        self.engine = self._begun(0)

    def _begun(self, seconds: float) -> Engine:
        self.engine = Engine(BUILT_IN.build(self._site, self._options))
        assert self.engine.restore(self.disk) == []
        self._take(self.engine.begin(at(seconds)), seconds)
        return self.engine

    def _take(self, follows: Sequence[Event | Command], seconds: float) -> None:
        for each in follows:
            if isinstance(each, Command):
                self.commands.append((seconds, each))
            elif isinstance(each, SuppressionBegan | SuppressionEnded):
                self.windows.append((seconds, each))
            else:
                assert isinstance(each, AlarmRaised | AlarmCleared)
                self.told.append((seconds, each))
        self.disk |= self.engine.take_changed()

    def wait(self, until: float) -> None:
        """Let time pass; the engine is fed when it asks for it."""
        while (wake := self.engine.wake_at()) is not None and wake <= at(until):
            self._take(self.engine.feed(None, wake), (wake - at(0)).total_seconds())

    def tell(self, seconds: float, *records: Record) -> None:
        """Wait until then; then this happens."""
        self.wait(seconds)
        for record in records:
            self._take(self.engine.feed(record, at(seconds)), seconds)

    def killed(self, back: float) -> None:
        """Nothing but the disk is left; another process begins at that second."""
        self._begun(back)

    @property
    def story(self) -> list[tuple[float, str]]:
        """When, and what: `+ alarm`, `- alarm`."""
        return [
            (seconds, f"{'+' if isinstance(each, AlarmRaised) else '-'} {each.alarm}")
            for seconds, each in self.told
        ]

    @property
    def asked(self) -> list[tuple[float, str, str]]:
        """When, which device, to do what."""
        return [(seconds, each.device, each.action) for seconds, each in self.commands]


def burning(**options: object) -> FireLife:
    """The fire is certain at second 10."""
    life = FireLife(SITE, **options)
    life.tell(10, alarm("1-1-5-1"), alarm("1-1-5-2"))
    return life


def answer(life: FireLife, seconds: float, *gates: str, **more: object) -> None:
    """The gates answer the last command that they got."""
    for name in gates:
        last = [each for _, each in life.commands if each.device == name][-1]
        life.tell(seconds, result(last, seconds, **more))
