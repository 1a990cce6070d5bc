"""What may be commanded: the whole matrix of who, what, which device and whether it burns."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from edge.model import (
    Action,
    Alarm,
    AlarmRaised,
    Cause,
    Command,
    Device,
    Effect,
    Issuer,
    Lane,
    Location,
    Suppression,
    Text,
)
from edge.rules.interlock import Facts, Grant, burning, refusal
from edge.schema import Kind
from tests.fakes.time import EPOCH

EFFECTS: tuple[Effect, ...] = get_args(Effect)
KINDS: tuple[str, ...] = get_args(Kind)
PASSAGES = {"gate", "parking"}
WORDS = Text("词", "words")

FIRES: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "here": frozenset({"b3"}),
    "elsewhere": frozenset({"b7"}),
    "place unknown": frozenset({""}),
}
CONCERNS = {
    ("b3", "none"): False,
    ("b3", "here"): True,
    ("b3", "elsewhere"): False,
    ("b3", "place unknown"): True,
    ("", "none"): False,
    ("", "here"): True,
    ("", "elsewhere"): True,
    ("", "place unknown"): True,
}
"""Whether a fire there concerns a gate that stands there; one at no building: any fire."""

WHILE_IT_BURNS: dict[Effect, str] = {
    "opens": "",
    "releases": "",
    "reads": "",
    "closes": "interlock.fire",
    "locks": "interlock.fire",
    "other": "interlock.fire",
}
BY_A_RULE: dict[Effect, str] = {
    "opens": "",
    "releases": "",
    "reads": "",
    "closes": "rule.not_allowed",
    "locks": "rule.not_allowed",
    "other": "",
}
ON_A_LIFT: dict[Effect, str] = {
    effect: "" if effect == "reads" else "interlock.lift" for effect in EFFECTS
}


def device(kind: str = "gate", building: str = "b3") -> Device:
    """A device that can do one thing of each effect, named after it."""
    return Device(
        id="d-1",
        kind=kind,
        name=WORDS,
        link="l",
        profile="p",
        make="m",
        model="m",
        location=Location(building=building),
        points={},
        actions={effect: Action(text=WORDS, effect=effect) for effect in EFFECTS},
    )


def command(action: str, issuer: Issuer = "technician") -> Command:
    """A request to do it."""
    expires = EPOCH + timedelta(seconds=9)
    return Command(
        id="c", device="d-1", action=action, issued_by="x", issuer=issuer, expires_at=expires
    )


def facts(fires: str = "none", *, grant: Grant | None = None, remote: str = "on") -> Facts:
    """What is so at the site."""
    return Facts(fires=lambda: FIRES[fires], remote="on" if remote == "on" else "off", grant=grant)


def code(asked: Command, of: Device | None, given: Facts) -> str:
    """The reason, empty when it may be done; each has words in both languages."""
    why = refusal(asked, of, given)
    if why is None:
        return ""
    assert why.words.zh
    assert str(why) == f"{why.code}: {why.words.en}"
    return why.code


EVERYTHING = Grant(key="k", kinds=frozenset(KINDS), actions=frozenset(EFFECTS))


@pytest.mark.parametrize("fires", FIRES)
@pytest.mark.parametrize("building", ["b3", ""])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("issuer", get_args(Issuer))
def test_the_matrix(issuer: Issuer, kind: str, building: str, fires: str) -> None:
    """Nothing is written to a lift; no gate is shut in a fire, by nobody; rules shut no way."""
    own = device(kind, building)
    for effect in EFFECTS:
        expected = BY_A_RULE[effect] if issuer == "rule" else ""
        if not expected and kind == "lift":
            expected = ON_A_LIFT[effect]
        if not expected and kind in PASSAGES and CONCERNS[building, fires]:
            expected = WHILE_IT_BURNS[effect]
        said = code(command(effect, issuer), own, facts(fires, grant=EVERYTHING))
        assert said == expected, (issuer, kind, building, fires, effect)


def test_the_switch_at_the_site_is_for_the_platform_alone() -> None:
    """Off: refused before anything else is looked at; people on site and rules go on."""
    grant = EVERYTHING
    own = device()
    said = {
        issuer: code(command("opens", issuer), own, facts(remote="off", grant=grant))
        for issuer in get_args(Issuer)
    }
    assert said == {"platform": "remote.off", "technician": "", "rule": ""}
    assert code(command("nonsense", "platform"), None, facts(remote="off")) == "remote.off"


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (None, "key.not_granted"),
        (Grant(key="k"), "key.not_granted"),
        (Grant(key="k", devices=frozenset({"d-1"})), "key.not_granted"),
        (Grant(key="k", actions=frozenset({"opens"})), "key.not_granted"),
        (
            Grant(key="k", devices=frozenset({"d-2"}), actions=frozenset({"opens"})),
            "key.not_granted",
        ),
        (
            Grant(key="k", kinds=frozenset({"lift"}), actions=frozenset({"opens"})),
            "key.not_granted",
        ),
        (
            Grant(key="k", kinds=frozenset({"gate"}), actions=frozenset({"locks"})),
            "key.not_granted",
        ),
        (Grant(key="k", devices=frozenset({"d-1"}), actions=frozenset({"opens"})), ""),
        (Grant(key="k", kinds=frozenset({"gate"}), actions=frozenset({"opens"})), ""),
    ],
)
def test_a_key_may_what_is_written(grant: Grant | None, expected: str) -> None:
    """A key needs the action and the device or its kind; without a key nothing is allowed."""
    assert code(command("opens", "platform"), device(), facts(grant=grant)) == expected


def test_what_there_is_not() -> None:
    """Told apart at the site; a key is told that it may not, of whatever is not its own."""
    for issuer in get_args(Issuer):
        afar = issuer == "platform"
        none = code(command("opens", issuer), None, facts(grant=EVERYTHING))
        assert none == ("key.not_granted" if afar else "unknown.device")
        fly = code(command("fly", issuer), device(), facts(grant=EVERYTHING))
        assert fly == ("key.not_granted" if afar else "unknown.action")


def alarm(
    category: str, *suppressed: Suppression, active: bool = True, building: str = "b3"
) -> Alarm:
    """An alarm as the life of alarms has it."""
    raised = AlarmRaised(
        alarm="f/fire",
        device="f",
        rule="fire",
        category=category,
        severity=900,
        lane=Lane.LIFE_SAFETY,
        text=WORDS,
        cause=Cause(point="f/fire", value=True),
        at=EPOCH,
        location=Location(building=building),
    )
    return Alarm(
        key="f/fire", number=1, raised=raised, since=EPOCH, active=active, suppressed=suppressed
    )


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (alarm("fire.alarm"), {"b3"}),
        (alarm("fire.confirmed"), {"b3"}),
        (alarm("fire.alarm", building=""), {""}),
        (alarm("fire.alarm", "test"), {"b3"}),
        (alarm("fire.alarm", "flood", "shelved"), {"b3"}),
        (alarm("fire.alarm", "out_of_service"), set()),
        (alarm("fire.alarm", active=False), set()),
        (alarm("fire.fault"), set()),
        (alarm("lift.entrapment"), set()),
    ],
)
def test_where_it_burns(one: Alarm, expected: set[str]) -> None:
    """Any active fire alarm counts, in a test window too; not a detector out of service."""
    assert burning([one], lambda each: each.raised.location or Location()) == expected
