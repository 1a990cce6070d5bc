"""The pipeline tells the history every reading, once the rules have had it."""

from __future__ import annotations

from pathlib import Path

from edge.driver import Report
from edge.history import History
from edge.model import DeviceChanged, DeviceReported, LinkChanged, Readings, one_by_one
from tests.fakes import time as virtual
from tests.fakes.history import at, live, read
from tests.fakes.pipeline import House, Opener


def test_every_reading_is_noted_after_it_was_acted_upon() -> None:
    """In order, also those that follow from what is said of a device or link; no event is."""
    report = Report(
        (
            read(0, value=True, point="d/smoke"),
            DeviceReported(device="d", what="w", frame="", at=at(0)),
            DeviceChanged(device="d", state="offline", reason="", at=at(0)),
            LinkChanged(link="l", up=True, reason="", at=at(0)),
            DeviceChanged(device="d", state="degraded", reason="", at=at(0)),
        )
    )

    async def main() -> list[str]:
        house = House(Opener())
        log = house.journal.log

        def note(told: Readings) -> None:
            log.extend(f"note {each.point} {each.value}" for each in one_by_one((told,)))

        house.pipeline._note = note
        await house.after(1, report)
        return [line for line in log if not line.startswith("keep")]

    assert virtual.run(main()) == [
        "act open",
        "note d/smoke True",
        "note d/online False",
        "note l/online True",
        "note d/online True",
    ]


def test_a_copy_is_not_noted_again() -> None:
    """What a device sends twice was read once."""
    told = DeviceReported(device="d", what="w", frame="", at=at(0), origin="d/1")
    report = Report((told, read(0, 1)))
    noted: list[Readings] = []

    async def main() -> None:
        house = House()
        house.pipeline._note = noted.append
        await house.after(1, report, report)

    virtual.run(main())
    assert noted == [read(0, 1)]


def test_from_the_pipeline_to_the_disk(tmp_path: Path) -> None:
    """As the gateway joins them."""

    async def story(history: History) -> None:
        house = House()
        house.pipeline._note = history.add
        await house.after(1, Report((read(0, 1), read(1, 1), read(2, 2))))
        await history.flush()
        assert await history.recent("p/x", 9) == [read(2, 2), read(0, 1)]

    live(tmp_path, story)
