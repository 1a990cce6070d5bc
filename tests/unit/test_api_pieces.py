"""The pieces of pages that are told: drawn once for equal seats, slice by slice, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from edge.access.roles import Permission, Principal
from edge.api import track
from edge.api.channels import Fragment, Look, Needs, Seat, World
from edge.api.live import Broadcaster
from edge.api.viewer import Viewer
from tests.fakes.api_story import Asking, chief, told
from tests.fakes.browser import Event, events_in


@dataclass
class Counted:
    """A channel that counts how often it is looked at and rendered."""

    value: int = 0
    rendered: list[Seat] = field(default_factory=list)

    def fragment(self) -> Fragment:
        """As a piece of a page."""

        def render(_: World, seat: Seat) -> Iterator[str]:
            self.rendered.append(seat)
            yield f"<p>{self.value}</p>\n"
            yield f"<p>{seat.language}</p>"

        return Fragment("counted", lambda _, __: self.value, render)


def test_a_piece_of_a_page_is_rendered_once_for_equal_seats(tmp_path: Path) -> None:
    """Ten who see the same cost as much as one; another language or permission, one more."""

    async def story(asking: Asking) -> None:
        live: Broadcaster = asking.house.app.state.live
        counted = Counted()
        live.add(counted.fragment())
        viewer = Principal(name="v", role="viewer", door="session")
        seats = [live.join(chief(f"a{n}"), ("counted",), "zh") for n in range(10)]
        seats += [live.join(chief("b"), ("counted",), "en"), live.join(viewer, ("counted",), "zh")]
        await asyncio.sleep(1)
        counted.rendered.clear()
        counted.value = 7
        await asyncio.sleep(1)
        assert len(counted.rendered) == 3
        assert {(seat.language, len(seat.permissions)) for seat in counted.rendered} == {
            ("zh", 6),
            ("en", 6),
            ("zh", 1),
        }
        events = await _waiting(seats[0])
        assert events[-1].body == "<p>7</p>\n<p>zh</p>"
        for seat in seats:
            live.leave(seat)

    told(tmp_path, story)


def test_who_comes_while_a_piece_is_drawn_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is drawn slice by slice; whoever comes in between is shown what is true then."""
    monkeypatch.setattr(track, "SLICE_S", 0)

    async def story(asking: Asking) -> None:
        live: Broadcaster = asking.house.app.state.live
        counted, come = Counted(), list[Viewer]()
        half_way = asyncio.Event()
        plain = counted.fragment()

        def render(world: World, seat: Seat) -> Iterator[str]:
            first, second = plain.render(world, seat)
            yield first
            half_way.set()
            yield second

        live.add(replace(plain, render=render))
        first = live.join(chief("a"), ("counted",), "zh")
        await asyncio.sleep(1)
        half_way.clear()
        counted.value = 7
        await half_way.wait()
        counted.value = 8
        come.append(live.join(chief("b"), ("counted",), "zh"))
        await asyncio.sleep(1)
        for viewer in (first, *come):
            events = await _waiting(viewer)
            assert events[-1].body == "<p>8</p>\n<p>zh</p>"
            numbers = [int(event.id.rpartition("-")[2]) for event in events if event.id]
            assert numbers == sorted(numbers)
            live.leave(viewer)

    told(tmp_path, story)


async def _waiting(viewer: Viewer) -> list[Event]:
    frames = []
    async for frame in viewer.frames():
        frames.append(frame)
        if not viewer._waiting:
            break
    return events_in(b"".join(frames))


class _Faulty:
    name = "faulty"
    permission: Permission = "look"
    needs: Needs = "site"
    well = True

    def key(self, seat: Seat) -> Hashable:
        """Equal for all."""
        del seat
        return ()

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """Fail, after a while."""
        del world, seat
        if not self.well:
            raise ZeroDivisionError
        return None if before else Look(1, ("x",))


def test_a_fault_of_a_channel_ends_the_streams_and_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told in the log; whoever comes back is served again when it is well."""

    async def story(asking: Asking) -> None:
        live: Broadcaster = asking.house.app.state.live
        faulty = _Faulty()
        live.add(faulty)
        live.join(chief(), ("faulty",))
        await asyncio.sleep(1)
        faulty.well = False
        await asyncio.sleep(1)
        assert live.watched == 0
        faulty.well = True
        viewer = live.join(chief(), ("faulty",))
        assert [event.name for event in await _waiting(viewer)] == ["reset", "faulty"]
        live.leave(viewer)

    told(tmp_path, story)
    assert "live.fault" in capsys.readouterr().out


def test_a_piece_that_changes_without_end_is_rendered_twice_a_second(tmp_path: Path) -> None:
    """And the last of it is told all the same."""

    async def story(asking: Asking) -> None:
        live: Broadcaster = asking.house.app.state.live
        counted = Counted()
        live.add(counted.fragment())
        seat = live.join(chief("a"), ("counted",), "zh")
        await asyncio.sleep(2)
        counted.rendered.clear()
        for value in range(40):
            counted.value = value
            await asyncio.sleep(0.1)
        assert 6 <= len(counted.rendered) <= 9
        await asyncio.sleep(1)
        assert (await _waiting(seat))[-1].body == "<p>39</p>\n<p>zh</p>"
        live.leave(seat)

    told(tmp_path, story)
