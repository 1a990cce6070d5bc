"""Why a device is silent: what is known of its link, its neighbours and itself, weighed; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.api.ui.device.condition import Condition
from edge.api.ui.device.reasons import device_reason, link_reason
from edge.model import LinkChanged, SuppressionBegan, Text
from edge.strangers import Heard
from edge.trace import Tally

LATELY: Final = timedelta(minutes=2)
"""Who was heard in this time is there; what is silent is asked once a minute at least."""

OFTEN: Final = 0.05
"""The share of questions without an answer from which a line is worth a look."""

ENOUGH: Final = 20
"""Questions before a share says anything."""

NAMED: Final = 5
"""Points and strangers told by name; more do not help."""

Tone: TypeAlias = Literal["fault", "info", "good", "unknown"]
Leads: TypeAlias = Literal["", "add", "log", "certificates", "configuration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that explains the silence, or that there is none, and what to do about it.

    `next_try` is when the gateway looks again by itself; `leads` to the page that helps.
    """

    tone: Tone
    what: Text
    remedy: Text | None = None
    said: str = ""
    since: datetime | None = None
    next_try: datetime | None = None
    leads: Leads = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """All that is known of how a device can be heard.

    `told` is what was last said of it going away or answering in part. `others` share its link,
    `heard` of them lately. `bad` names the points that have no trusted value. `strangers` speak
    on its link and are no device of the site; those that its profile suits come first.
    """

    now: datetime
    condition: Condition
    since: datetime | None = None
    link: str
    standing: LinkChanged | None
    told: str = ""
    tally: Tally
    others: int = 0
    heard: int = 0
    bad: tuple[Text, ...] = ()
    points: int = 0
    strangers: tuple[Heard, ...] = ()
    suiting: int = 0
    quiet: tuple[SuppressionBegan, ...] = ()


def findings(signs: Signs) -> tuple[Finding, ...]:
    """What explains it, the likeliest first; one that says that all is well when nothing does."""
    found = [*_link(signs), *_device(signs), *_strangers(signs), *_lesser(signs)]
    if not any(each.tone == "fault" for each in found) and signs.condition == "online":
        found.insert(0, _well(signs))
    return tuple(found)


def _well(signs: Signs) -> Finding:
    return Finding(
        tone="good",
        what=Text("它有应答，一切正常", "It can be heard; all is well"),
        since=signs.since,
    )


def _link(signs: Signs) -> Iterator[Finding]:
    """The link goes before all: behind one that is down nothing is known of any device."""
    if signs.standing is None:
        yield Finding(
            tone="unknown",
            what=Text(
                f"链路 {signs.link} 还没有连上，也还没有失败",
                f"The link {signs.link} is being opened",
            ),
            remedy=Text(
                "等半分钟；拨入的设备要等它自己连上来",
                "Wait half a minute; what dials in comes by itself",
            ),
        )
    elif not signs.standing.up:
        reason = link_reason(signs.standing.reason)
        yield Finding(
            tone="fault",
            what=Text(
                f"链路 {signs.link} 断开：{reason.what.zh}",
                f"Link {signs.link} is down: {reason.what.en}",
            ),
            remedy=reason.remedy,
            said=reason.said,
            since=signs.standing.at,
            leads="certificates" if "certificate" in reason.said else "",
        )
        if signs.others:
            yield Finding(
                tone="info",
                what=Text(
                    f"同一链路上另外 {signs.others} 台设备也听不到：看链路，不必看这台设备",
                    f"{signs.others} more behind the same link cannot be heard either: look at"
                    " the link, not at this device",
                ),
            )


def _device(signs: Signs) -> Iterator[Finding]:
    if signs.condition == "offline":
        said = signs.told or signs.tally.last_reason
        reason = device_reason(said)
        yield Finding(
            tone="fault",
            what=Text(
                f"链路通，设备不通：{reason.what.zh}",
                f"The link is up, the device is not: {reason.what.en}",
            ),
            remedy=reason.remedy,
            said=reason.said,
            since=signs.since,
            next_try=_ahead(signs),
        )
        yield from _neighbours(signs)
    elif signs.condition == "unknown" and signs.standing is not None:
        yield from _never(signs)
    elif signs.condition == "online" and "refuses" in signs.told:
        reason = device_reason(signs.told)
        what = _sentence(reason.what)
        yield Finding(tone="fault", what=what, remedy=reason.remedy, said=reason.said)


def _never(signs: Signs) -> Iterator[Finding]:
    """It has neither answered nor been given up since the gateway began."""
    if signs.tally.failed:
        reason = device_reason(signs.tally.last_reason)
        yield Finding(
            tone="fault",
            what=Text(
                f"还从来没有应答：{reason.what.zh}", f"Never an answer yet: {reason.what.en}"
            ),
            remedy=reason.remedy,
            said=reason.said,
            since=signs.tally.last_failure,
            next_try=_ahead(signs),
        )
        yield from _neighbours(signs)
        return
    yield Finding(
        tone="unknown",
        what=Text("链路通，还没有听到它的任何消息", "The link is up, nothing was heard of it yet"),
        remedy=Text(
            "自己上报的设备要等它下一次说话；地址写错的也是这样，核对地址",
            "What speaks by itself will do so when it likes; with a wrong address it looks the"
            " same, so check the address",
        ),
    )


def _neighbours(signs: Signs) -> Iterator[Finding]:
    """Whether others on the link are heard says which end to look at."""
    if not signs.others:
        return
    if signs.heard:
        yield Finding(
            tone="info",
            what=Text(
                f"同一链路上有 {signs.heard} 台能听到：线路与转换器没问题，看这台设备",
                f"{signs.heard} more on the same link can be heard: the line is sound, look at"
                " this device",
            ),
        )
    else:
        yield Finding(
            tone="info",
            what=Text(
                f"同一链路上另外 {signs.others} 台也听不到：先看总线与转换器",
                f"The {signs.others} others on the link cannot be heard either: look at the bus and"
                " its converter first",
            ),
        )


def _strangers(signs: Signs) -> Iterator[Finding]:
    """Who speaks there and is not configured may be this device under another address."""
    if signs.condition == "online":
        return
    for place, stranger in enumerate(signs.strangers[:NAMED]):
        suits = place < signs.suiting
        guess_zh = "也许就是这台" if suits else "看看是不是这台"
        guess_en = "perhaps it is this one" if suits else "see whether it is this one"
        yield Finding(
            tone="info",
            what=Text(
                f"{stranger.name} 在这条链路上说话，却没有配置：{guess_zh}（{stranger.said.zh}）",
                f"{stranger.name} speaks on this link and is not configured: {guess_en}"
                f" ({stranger.said.en})",
            ),
            since=stranger.last_seen,
            leads="add",
        )


def _lesser(signs: Signs) -> Iterator[Finding]:
    """What is worth a look though the device can be heard."""
    if signs.condition == "online":
        yield from _lossy(signs)
        if signs.bad:
            yield _untrusted(signs)
    for window in signs.quiet:
        yield Finding(
            tone="info",
            what=Text(
                f"{window.by} 让它的报警不叫人：{window.reason}",
                f"{window.by} lets its alarms call nobody: {window.reason}",
            ),
            since=window.at,
        )


def _lossy(signs: Signs) -> Iterator[Finding]:
    """A line that loses answers; where the device refuses what it is asked that is told already."""
    tally = signs.tally
    asked = tally.good + tally.failed
    refuses = "refuses" in signs.told and "illegal" in tally.last_reason
    if asked < ENOUGH or tally.failed / asked < OFTEN or refuses:
        return
    share = round(100 * tally.failed / asked)
    reason = device_reason(tally.last_reason)
    yield Finding(
        tone="fault",
        what=Text(
            f"每百次问询有 {share} 次没有好的应答，最近一次：{reason.what.zh}",
            f"{share} of 100 questions have no good answer; the last time: {reason.what.en}",
        ),
        remedy=reason.remedy,
        said=reason.said,
        since=tally.last_failure,
    )


def _untrusted(signs: Signs) -> Finding:
    bad = len(signs.bad)
    return Finding(
        tone="info",
        what=Text(
            f"{signs.points} 个点中有 {bad} 个没有可信的值：{_listed(signs.bad, 'zh')}",
            f"{bad} of {signs.points} points have no trusted value: {_listed(signs.bad, 'en')}",
        ),
        remedy=Text(
            "传感器没接、值超出可信范围，或设备拒绝读取",
            "the sensor is not wired, the value is beyond belief, or the device refuses it",
        ),
    )


def _sentence(words: Text) -> Text:
    return Text(words.zh, words.en[:1].upper() + words.en[1:])


def _ahead(signs: Signs) -> datetime | None:
    """When it is asked again, where that is known and still to come."""
    at = signs.tally.resting_until
    return at if at is not None and at > signs.now else None


def _listed(texts: Sequence[Text], language: Literal["zh", "en"]) -> str:
    named = [text.zh if language == "zh" else text.en for text in texts[:NAMED]]
    more = len(texts) - NAMED
    if more > 0:
        named.append(f"还有 {more} 个" if language == "zh" else f"{more} more")
    return ("、" if language == "zh" else ", ").join(named)
