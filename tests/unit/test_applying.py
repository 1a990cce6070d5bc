"""A configuration on trial: it stays when it serves, and is taken back when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

import pytest

from edge.config import Configuration
from edge.errors import ConfigError
from edge.model import Text
from edge.versions import Applying, Conflict, Files, Versions
from edge.versions.applying import STEADY, WATCH
from tests.fakes import time as virtual
from tests.fakes.versions import FakeVersions, configuration

BAD = Text("链路没有连上", "the link is not up")


@dataclass
class Story:
    """A gateway that runs one configuration after the other, and says what is amiss with it."""

    versions: FakeVersions = field(default_factory=FakeVersions)
    ran: list[Configuration | None] = field(default_factory=list)
    amiss: Callable[[float], tuple[Text, ...]] = lambda _: ()
    refuses: bool = False

    def __post_init__(self) -> None:
        """Begin with the configuration that is there."""
        self.first = self.versions.check(self.versions.live, "en")
        self.tasks: list[asyncio.Task[None]] = []
        self.applying = Applying(
            cast("Versions", self.versions),
            running=lambda: self.ran[-1] if self.ran else self.first,
            reconfigure=self._reconfigure,
            amiss=lambda *_: lambda: self.amiss(asyncio.get_running_loop().time()),
            start=lambda work, name: self.tasks.append(asyncio.create_task(work, name=name)),
            now=virtual.now,
        )

    async def _reconfigure(self, wanted: Configuration | None) -> None:
        if self.refuses and wanted is not self.first:
            raise ConfigError("the port is taken")
        self.ran.append(wanted)

    async def apply(self, text: str, base: str | None = None) -> int:
        """Apply a site file of this text, made from what is there unless another base is named."""
        base = self.versions.live.etag if base is None else base
        version = await self.applying.apply(
            self.versions.candidate(text), base=base, by="王工", note=""
        )
        return version.number

    async def ended(self) -> float:
        """Wait for the end of the trial; how long it took."""
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*self.tasks)
        return asyncio.get_running_loop().time() - began


def told(story: Callable[[Story], Awaitable[None]], **sides: object) -> None:
    """Tell it in virtual time."""

    async def main() -> None:
        await story(Story(**sides))  # type: ignore[arg-type] # what matters to the story

    virtual.run(main())


def test_what_serves_stays() -> None:
    """After a few steady seconds it is the good one, and nobody waits for longer."""

    async def story(it: Story) -> None:
        number = await it.apply("two")
        begun = it.applying.trial
        assert (begun.state, begun.version) == ("applying", number)
        took = await it.ended()
        assert STEADY.total_seconds() <= took < STEADY.total_seconds() + 1
        assert it.applying.trial.state == "applied"
        assert it.versions.log == ["stage two", f"settle {number}"]

    told(story)


def test_what_does_not_serve_is_taken_back_with_the_reason() -> None:
    """The files are restored before the gateway goes on with what ran before."""

    async def story(it: Story) -> None:
        await it.apply("two")
        took = await it.ended()
        assert took == pytest.approx(WATCH.total_seconds(), abs=1)
        trial = it.applying.trial
        assert (trial.state, trial.reasons) == ("rolled_back", (BAD,))
        assert it.versions.log == ["stage two", f"roll back: {BAD.en}"]
        assert it.ran[-1] is it.first

    told(story, amiss=lambda _: (BAD,))


def test_a_slow_link_has_the_whole_time() -> None:
    """A box that comes up after twenty-eight seconds is in time, though not yet steady."""

    async def story(it: Story) -> None:
        await it.apply("two")
        await it.ended()
        assert it.applying.trial.state == "applied"

    told(story, amiss=lambda at: (BAD,) if at < 28 else ())


def test_one_that_comes_and_goes_does_not_serve() -> None:
    """Up for a second, down for a second: it never was steady, and is amiss at the end."""

    async def story(it: Story) -> None:
        await it.apply("two")
        await it.ended()
        assert it.applying.trial.state == "rolled_back"

    told(story, amiss=lambda at: (BAD,) if int(at) % 2 else ())


def test_what_the_gateway_refuses_is_taken_back_at_once() -> None:
    """A configuration that cannot even begin is no reason to end."""

    async def story(it: Story) -> None:
        await it.apply("two")
        assert await it.ended() < 1
        trial = it.applying.trial
        assert trial.state == "rolled_back"
        assert trial.reasons[0].en == "the port is taken"
        assert it.ran[-1] is it.first

    told(story, refuses=True)


def test_a_full_disk_does_not_keep_the_old_one_from_running() -> None:
    """What cannot be restored on disk now is said; the gateway goes on with what served."""

    async def story(it: Story) -> None:
        it.versions.disk_full = True
        await it.apply("two")
        await it.ended()
        assert it.applying.trial.state == "rolled_back"
        assert "not restored yet" in it.applying.trial.reasons[1].en
        assert it.ran[-1] is it.first

    told(story, amiss=lambda _: (BAD,))


def test_the_second_of_two_technicians_gets_a_conflict() -> None:
    """Nothing is overwritten, be it that the first change is on trial still, or has settled."""

    async def story(it: Story) -> None:
        base = it.versions.live.etag
        await it.apply("mine", base)
        with pytest.raises(Conflict, match="on trial"):
            await it.apply("yours", base)
        await it.ended()
        with pytest.raises(Conflict, match="somebody has changed"):
            await it.apply("yours", base)
        assert it.versions.live == it.versions.candidate("mine")

    told(story)


def test_what_is_wrong_in_itself_changes_nothing() -> None:
    """A mistake in the file is told before anything is touched."""

    async def story(it: Story) -> None:
        with pytest.raises(ConfigError):
            await it.apply("broken")
        assert it.versions.log == []
        assert it.applying.trial.state == "idle"

    told(story)


def test_what_needs_a_restart_is_refused_in_words() -> None:
    """Topics and ids hang on the gateway's name: it does not change while it runs."""

    async def story(it: Story) -> None:
        with pytest.raises(Conflict, match=r"gateway\.id cannot change"):
            await it.apply("other gateway")
        assert it.versions.log == []

    told(story)


def test_an_earlier_version_comes_back_as_a_change_of_its_own() -> None:
    """Restoring goes the same way: checked, on trial, and in the history."""

    async def story(it: Story) -> None:
        before: Files = it.versions.live
        await it.apply("two")
        await it.ended()
        base = it.versions.live.etag
        await it.applying.restore(1, base=base, by="王工")
        await it.ended()
        assert it.versions.live == before
        assert it.applying.trial.state == "applied"

    told(story)


def test_fakes_differ_as_they_say() -> None:
    """The stand-in's gateways are told apart by the real comparison."""
    assert configuration("one").site.gateway != configuration("other gateway").site.gateway
