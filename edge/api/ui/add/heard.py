"""Those who have spoken and are no devices of the site, as one adds them with one tap; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.api.ui.add.wish import Wish, packed
from edge.api.ui.change.typed import Change, Edit
from edge.discovery import Stranger
from edge.drivers import KINDS
from edge.errors import ConfigError
from edge.keeper import Keeper
from edge.model import Text
from edge.schema import Profile
from edge.strangers import Heard
from edge.versions import Files, Unfit
from edge.versions.edits import item_text, put_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A profile that suits, and where one goes on with it."""

    profile: str
    text: Text
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One who has spoken; `other` is where another profile is chosen.

    Of a box that dials in there is nothing to add but its registration: to the link of the site
    with `change`, or to the one that is being made by going on at `other`.
    """

    name: str
    link: str
    said: Text
    last_seen: datetime
    count: int
    offers: Sequence[Offer]
    other: str
    change: Change | None = None
    calls: bool = False
    sure: bool = False


def rows(
    several: Iterable[Stranger],
    wish: Wish,
    known: Mapping[str, Profile],
    files: Files | None,
    keepers: Iterable[Keeper],
) -> tuple[Row, ...]:
    """What is offered for each; `files` are those of the site, for what changes a link of it."""
    heard = {(k.id, h.name): h for k in keepers for h in k.trace.strangers.all()}
    return tuple(
        _row(each, wish, known, files, heard.get((each.link, each.name))) for each in several
    )


def _row(
    each: Stranger,
    wish: Wish,
    known: Mapping[str, Profile],
    files: Files | None,
    heard: Heard | None,
) -> Row:
    own = wish.but(link=each.link, address=packed(each.address))
    calls = bool({"registration", "registration_hex"} & each.address.keys())
    offers = [
        Offer(
            profile=name,
            text=known[name].text.plain(),
            path=own.but(profile=name).path("name"),
        )
        for name in each.profiles
        if name in known
    ]
    other, change = own.but(profile="").path("read"), None
    if calls and wish.section is not None:
        transport = {**wish.section.get("transport", {}), **each.address}
        other = wish.but(new=packed({**wish.section, "transport": transport})).path("find")
    elif calls:
        change = _registered(files, each) if files else None
    return Row(
        name=each.name,
        link=each.link,
        said=each.said,
        last_seen=each.last_seen,
        count=each.count,
        offers=() if calls else offers,
        other=other,
        change=change,
        calls=calls,
        sure=_is_sure([known[name] for name in each.profiles if name in known], heard),
    )


def _is_sure(profiles: Sequence[Profile], heard: Heard | None) -> bool:
    """Whether the first suits better than the second: some only share a topic with it."""
    if len(profiles) < 2 or heard is None:  # noqa: PLR2004 - one against another
        return bool(profiles)
    kind = KINDS.get(profiles[0].driver)
    fits = kind.fits if kind else None
    scores = [found.score for each in profiles[:2] if fits and (found := fits(each, heard))]
    return len(scores) < 2 or scores[0] > scores[1]  # noqa: PLR2004 - as above


def _registered(files: Files, each: Stranger) -> Change | None:
    """The link with the registration of the box that has called."""
    try:
        text = item_text(files.text(), "links", each.link)
        for key, value in each.address.items():
            text = put_value(text, ("transport", key), value)
    except (Unfit, ConfigError):
        return None
    edit = Edit(what="item", name="links", key=each.link, text=text)
    return Change(edits=(edit,), back="/add")
