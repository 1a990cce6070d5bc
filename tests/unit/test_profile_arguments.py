"""What has to be said with an action: a page asks for it, and the driver takes no more."""

from __future__ import annotations

from datetime import datetime

import pytest

from edge.drivers.gb26875 import requests
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.profile import GbAction, GbProfile
from edge.drivers.modbus.profile import ModbusAction
from edge.errors import CommandRejected
from edge.profiles import Profiles
from edge.schema import Text, scaled

PANEL = Profiles().of("panels/gb26875", GbProfile)
LOCAL = datetime(2026, 3, 1, 10)  # noqa: DTZ001 - the device's own clock knows no zone
WORDS = Text(zh="写", en="write")


@pytest.mark.parametrize("name", PANEL.actions)
def test_what_a_panel_is_asked_with_is_what_it_takes(name: str) -> None:
    """The greatest of each argument is taken, one more is refused, and so is a missing one."""
    action: GbAction = PANEL.actions[name]
    most = {each.name: each.most for each in action.arguments}
    dialect = DIALECTS["std"]
    requests.build(action.ask, most, LOCAL, dialect)
    for argument in action.arguments:
        beyond = most | {argument.name: argument.most + 1}
        with pytest.raises(CommandRejected):
            requests.build(action.ask, beyond, LOCAL, dialect)
        if argument.needed:
            without = {key: value for key, value in most.items() if key != argument.name}
            with pytest.raises(CommandRejected):
                requests.build(action.ask, without, LOCAL, dialect)


def test_a_register_is_written_with_a_value_unless_the_profile_fixes_it() -> None:
    """Between the bounds of the profile."""
    free = ModbusAction(text=WORDS, table="holding", number=7, min=10, max=60)
    [argument] = free.arguments
    assert (argument.name, argument.least, argument.most, argument.needed) == (
        "value",
        10,
        60,
        True,
    )
    assert free.plain("x").arguments == free.arguments
    assert ModbusAction(text=WORDS, table="coil", number=7, value=1).arguments == ()


@pytest.mark.parametrize(
    ("scale", "offset", "words"),
    [(1, 0, ""), (0.1, 0, " × 0.1"), (1, -40, " − 40"), (0.5, 3, " × 0.5 + 3")],
)
def test_how_a_raw_number_becomes_a_value(scale: float, offset: float, words: str) -> None:
    """As one would write it beside the register."""
    assert scaled(scale, offset) == words
