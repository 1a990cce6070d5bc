"""A configuration from the platform on real files: tried, refused, taken back, also by a cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import pytest

from cloud_bridge.configuring import Declined
from edge.access.audit import Audit, AuditLine, latest
from edge.config import Configuration
from edge.gateway.office import NoOffice, Office
from edge.model import Text
from edge.versions import Applying, Versions
from edge.versions.versions import DIED
from tests.fakes import time as virtual
from tests.fakes.revisions import revision
from tests.fakes.small_site import SITE, lay_out

BY: Final = "platform:王工"
BOX: Final = "profiles/sensors/box.yaml"
DOWN: Final = Text("链路没有连上", "the link is not up")


class House:
    """A site on disk and a gateway that runs what it is told; `amiss` is what does not work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.amiss: tuple[Text, ...] = ()
        self.ran: list[Configuration | None] = []
        self.versions = Versions(folder / "site.yaml", folder / "var", lambda: virtual.EPOCH)
        self.recovered = self.versions.recover()
        self.versions.begin(valid=True)
        self.first = self.versions.check(self.versions.read(), "en")
        self.audit = Audit(folder / "var", virtual.now)
        self.tasks: list[asyncio.Task[None]] = []
        self.office = Office(self.versions, self._applying(), self.audit)

    def text(self) -> str:
        """What the site file says now."""
        return (self.folder / "site.yaml").read_text(encoding="utf-8")

    def noted(self) -> list[AuditLine]:
        """The audit log, the newest first."""
        return list(latest(self.folder / "var"))

    async def declined(self, number: int = 7, **changes: Any) -> Declined:
        """Why it is not tried; nothing has changed then."""
        before = self.text()
        with pytest.raises(Declined) as caught:
            await self.office.begin(await told(number, **changes), BY)
        assert (await asyncio.to_thread(self.text)) == before
        assert self.ran == []
        return caught.value

    def _applying(self) -> Applying:
        return Applying(
            self.versions,
            running=lambda: self.ran[-1] if self.ran else self.first,
            reconfigure=self._reconfigure,
            amiss=lambda *_: lambda: self.amiss,
            start=lambda work, name: self.tasks.append(asyncio.create_task(work, name=name)),
            now=virtual.now,
        )

    async def _reconfigure(self, wanted: Configuration | None) -> None:
        self.ran.append(wanted)


async def told(number: int, **changes: Any) -> Any:
    """A revision of this moment."""
    return revision(number, **{"site_file": None, **changes})


def played(folder: Path, story: Callable[[House], Coroutine[Any, Any, None]]) -> None:
    """Tell a story of a site in virtual time."""
    lay_out(folder)
    house = House(folder)

    async def main() -> None:
        try:
            await story(house)
        finally:
            for task in house.tasks:
                task.cancel()
            await asyncio.gather(*house.tasks, return_exceptions=True)
            await house.audit.close()

    virtual.run(main())


RENAMED: Final = SITE.replace("en: Box", "en: Cabinet")


def test_what_serves_stays_and_says_who_sent_it(tmp_path: Path) -> None:
    """In the files, in the versions, and in the audit log with the key's name as who."""

    async def story(house: House) -> None:
        begun = await house.office.begin(await told(7, site_file=RENAMED), BY)
        assert (await asyncio.to_thread(house.text), house.office.trying()) == (RENAMED, True)
        ended = await house.office.end(begun.version)
        assert (ended.state, ended.hash, ended.reasons) == ("applied", begun.hash, ())
        newest = (await asyncio.to_thread(house.versions.history))[0]
        assert (newest.by, newest.state, newest.good) == (BY, "applied", True)
        assert await asyncio.to_thread(house.office.which) == begun.hash
        await house.office.installs("0.2.0", 3, BY)
        update, line = await asyncio.to_thread(house.noted)
        assert (update.who, update.what, update.detail["offer"]) == (BY, "release.installed", "3")
        assert (line.who, line.door, line.what) == (BY, "platform", "configuration.applied")
        assert line.detail["revision"] == "7"

    played(tmp_path, story)


def test_what_is_valid_and_does_not_serve_is_taken_back(tmp_path: Path) -> None:
    """Byte for byte, by itself, with the reason."""

    async def story(house: House) -> None:
        house.amiss = (DOWN,)
        begun = await house.office.begin(await told(7, site_file=RENAMED), BY)
        ended = await house.office.end(begun.version)
        assert (ended.state, ended.reasons) == ("rolled_back", (DOWN,))
        assert (await asyncio.to_thread(house.text)) == SITE
        assert house.ran[-1] is house.first

    played(tmp_path, story)


def test_a_file_that_is_wrong_is_refused_with_its_line(tmp_path: Path) -> None:
    """In both languages, as `whistle check` tells it; nothing is touched."""

    async def story(house: House) -> None:
        wrong = await house.declined(site_file=SITE.replace("driver: gb26875", "driver: gb26876"))
        line = SITE[: SITE.index("driver: gb26875")].count("\n") + 1
        assert wrong.reasons[0].en.startswith(f"site.yaml:{line}:")
        assert "gb26875" in wrong.reasons[0].en
        assert wrong.reasons[0].zh
        broken = await house.declined(site_file="site: [\n")
        assert broken.reasons

    played(tmp_path, story)


def test_a_profile_comes_with_it_and_goes(tmp_path: Path) -> None:
    """What is not named stays; what is `gone` is gone, once nothing needs it."""

    async def story(house: House) -> None:
        path = tmp_path / BOX
        body = (await asyncio.to_thread(path.read_text, "utf-8")).replace("en: ", "en: New ")
        other = "profiles/sensors/other.yaml"
        begun = await house.office.begin(await told(7, files={other: body}), BY)
        assert (await house.office.end(begun.version)).state == "applied"
        assert (await asyncio.to_thread((tmp_path / other).read_text, "utf-8")) == body
        assert (await asyncio.to_thread(house.text)) == SITE
        begun = await house.office.begin(await told(8, gone=(other,)), BY)
        assert (await house.office.end(begun.version)).state == "applied"
        assert not await asyncio.to_thread((tmp_path / other).exists)

    played(tmp_path, story)


@pytest.mark.parametrize(
    ("more", "section"),
    [
        ("commands: {remote: true, keys: []}\n", "commands"),
        ("page: {serve: 'off'}\n", "page"),
        ("uplinks: [{id: mine, type: mqtt, broker: {host: evil.example}}]\n", "uplinks"),
        ("series: {url: https://evil.example, org: o, bucket: b}\n", "series"),
    ],
)
def test_who_rules_the_gateway_is_changed_at_the_site_alone(
    tmp_path: Path, more: str, section: str
) -> None:
    """Keys and the switch, the page, the way to the platform, where readings go."""

    async def story(house: House) -> None:
        wrong = await house.declined(site_file=SITE + more)
        assert f"{section}: this section is changed at the site alone" in wrong.reasons[0].en
        assert await asyncio.to_thread(house.noted) == []

    played(tmp_path, story)


def test_the_gateway_stays_the_one_it_is(tmp_path: Path) -> None:
    """Its id, its store and its site's id are what journal, topics and accounts hang on."""

    async def story(house: House) -> None:
        for old, new in (("store: var", "store: other"), ("site: {id: s", "site: {id: t")):
            assert old in SITE
            wrong = await house.declined(site_file=SITE.replace(old, new))
            assert "at the site alone" in wrong.reasons[0].en

    played(tmp_path, story)


def test_no_file_of_a_key_is_named_from_afar(tmp_path: Path) -> None:
    """A broker of somebody's own would be sent what stands in it."""
    link = "  - {id: x, driver: mqtt_json, broker: {host: h, username: x, password_file: key}}\n"

    async def story(house: House) -> None:
        wrong = await house.declined(site_file=SITE.replace("links:\n", f"links:\n{link}"))
        assert "key is not used now" in wrong.reasons[0].en

    played(tmp_path, story)


@pytest.mark.parametrize(
    "files", [{"../evil.yaml": "a"}, {"secret": "a"}, {"profiles/../x.yaml": "a"}, {"/etc/x": "a"}]
)
def test_files_that_belong_to_no_configuration_are_refused(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """It writes profiles and tables that the site file names, and nothing else on the machine."""

    async def story(house: House) -> None:
        await house.declined(files=files)

    played(tmp_path, story)


def test_only_profiles_can_be_taken_away(tmp_path: Path) -> None:
    """Least of all the site file."""

    async def story(house: House) -> None:
        assert "no profile" in str(await house.declined(gone=("site.yaml",)))

    played(tmp_path, story)


def test_what_a_technician_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Where the platform says what it started from; the answer says what to do."""

    async def story(house: House) -> None:
        base = (await asyncio.to_thread(house.versions.read)).etag
        begun = await house.office.begin(await told(7, base=base, site_file=RENAMED), BY)
        await house.office.end(begun.version)
        house.ran.clear()
        wrong = await house.declined(8, base=base, site_file=SITE)
        assert "somebody has changed the configuration meanwhile" in str(wrong)

    played(tmp_path, story)


def test_a_power_cut_during_the_trial_goes_back_and_is_told(tmp_path: Path) -> None:
    """The next start has the old files; the record still knows whose revision it was."""

    async def cut(house: House) -> None:
        house.amiss = (DOWN,)
        await house.office.begin(await told(7, site_file=RENAMED), BY)
        await asyncio.sleep(5)
        assert (await asyncio.to_thread(house.text)) == RENAMED

    async def after(house: House) -> None:
        assert house.recovered is not None
        ended = await house.office.recall(7)
        assert ended is not None
        assert (ended.state, ended.reasons) == ("rolled_back", (DIED,))
        assert await house.office.recall(8) is None

    played(tmp_path, cut)
    house = House(tmp_path)
    assert house.text() == SITE

    async def main() -> None:
        try:
            await after(house)
        finally:
            await house.audit.close()

    virtual.run(main())


def test_where_it_cannot_be_written_down_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who did it has to be known afterwards."""

    async def story(house: House) -> None:
        async def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(house.audit, "note", full)
        assert "the disk takes nothing" in str(await house.declined(site_file=RENAMED))

    played(tmp_path, story)


def test_a_gateway_without_an_office_declines() -> None:
    """Nothing is half-way open."""

    async def main() -> None:
        with pytest.raises(Declined):
            await NoOffice().begin(await told(7), BY)
        assert await NoOffice().recall(7) is None

    virtual.run(main())
