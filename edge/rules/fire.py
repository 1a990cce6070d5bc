"""Fire: what two detectors, a hand or the panel confirm opens the gates of the building."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from pydantic import Field

from edge.model import Device
from edge.rules.fire_confirmed import ConfirmedRule
from edge.rules.fire_gates import Way
from edge.rules.fire_release import ReleaseRule
from edge.rules.fire_signals import Ear
from edge.rules.rule import BuiltIn
from edge.schema import Duration, Strict
from edge.site import Site


class FireOptions(Strict):
    """What makes a fire certain, and what the gates do then; a fire panel links without us too."""

    confirm_within: Duration = Field(
        timedelta(minutes=5),
        description="How long a detector counts whose alarm has ended by itself, from its"
        " beginning on; one that is on counts always. Our own choice: the standards that we know"
        " name no time.",
    )
    call_points: tuple[str, ...] = Field(
        ("手动火灾报警按钮",),
        description="How devices begin the name of what a person presses (component type 23).",
    )
    release: bool = Field(
        default=True,
        description="Whether gates are released; false where only the panel's wires may do that.",
    )
    release_perimeter: bool = Field(
        default=True, description="Also the gates that stand in no building, in every fire."
    )
    opens_within: Duration = Field(
        timedelta(seconds=10), description="A gate that is not open by then is an alarm."
    )
    again: Duration = Field(
        timedelta(seconds=30), description="How often a gate is asked that is not open."
    )
    hold: Duration = Field(
        timedelta(seconds=5),
        description="How often a gate is opened that cannot be told to stay open.",
    )


def _way(device: Device) -> Way | None:
    """How a gate is opened, to stay so where it can; none of what is no gate, nor of a lift."""
    if device.kind == "lift":
        return None
    for effect in ("releases", "opens"):
        for name, action in device.actions.items():
            if action.effect == effect:
                return Way(
                    building=device.location.building,
                    action=name,
                    stays=effect == "releases",
                    seen=action.observe,
                )
    return None


def _build(site: Site, options: FireOptions) -> Iterable[ConfirmedRule | ReleaseRule]:
    ways = {
        device.id: way
        for device in site.devices.values()
        if options.release
        and (way := _way(device)) is not None
        and (options.release_perimeter or way.building)
    }
    panels = frozenset(each.id for each in site.devices.values() if each.kind == "fire_panel")
    yield ConfirmedRule(
        site=site.id,
        gates={
            building: tuple(
                gate for gate, way in ways.items() if not building or way.building in {building, ""}
            )
            for building in (*site.buildings, "")
        },
        within=options.confirm_within,
        ear=Ear(panels=panels, call_points=options.call_points),
        locate=site.location_of,
    )
    yield ReleaseRule(
        ways=ways,
        opens_within=options.opens_within,
        again=options.again,
        hold=options.hold,
        locate=site.location_of,
    )


BUILT_IN: Final = BuiltIn("fire", FireOptions, _build)
