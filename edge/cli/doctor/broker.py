"""What a broker really does, and what follows from it for the promise; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.cli.doctor.finding import Finding, look, not_made, ok, wrong
from edge.cli.doctor.words import size
from edge.model import Text

Version: TypeAlias = Literal["5", "3.1.1"]

FAILURE: Final = 0x80
NO_SUBSCRIBER: Final = 0x10

ENOUGH: Final = 160 * 1024
"""The largest message of a gateway: a batch of events, 128 kB, and what is around them."""

KEPT_S: Final = 86_400
"""What a link to devices asks a broker to keep a session for, so that a gate's records wait."""

_V3: Final = Text("MQTT 3.1.1 没有原因码", "MQTT 3.1.1 has no reason codes")
_FIVE: Final = Text(
    '代理若支持 MQTT 5，写 version: "5"；否则只有回执能说明送达',
    'write version: "5" if the broker can; else receipts alone tell what has arrived',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Reason codes: where nobody listens, and in another gateway's name; none where it hung up."""

    unheard: int | None
    foreign: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A session taken up after a break: what was not acknowledged, and what came meanwhile."""

    present: bool
    again: bool
    marked: bool
    meanwhile: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """`granted_s` is what the broker says of a day, `there` whether a session outlived its end."""

    granted_s: int | None
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """Whether what was left comes to who subscribes later, is marked, and can be taken away."""

    came: bool
    marked: bool
    taken_away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two members of a group got of what was sent; none granted where `granted` is false."""

    granted: bool
    sent: int
    first: int
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What the broker says it takes, and the largest that it took and did not."""

    said: int | None
    taken: int
    refused: int | None


def of_unheard(version: Version, answers: Answers, subject: str) -> Finding:
    """Whether a platform that is not there is noticed."""
    name = "broker.unheard"
    if version != "5":
        return look(name, _V3, _FIVE, subject)
    if answers.unheard == NO_SUBSCRIBER:
        seen = Text(
            "没人订阅时回 0x10：平台不在，网关两秒就知道",
            "says 0x10 where nobody listens: a platform that is away is noticed in two seconds",
        )
        return ok(name, seen, subject)
    if answers.unheard == 0:
        seen = Text(
            "没人订阅也回成功：平台不在，一分钟没有回执才知道",
            "says success where nobody listens: that a platform is away shows after a minute",
        )
        return ok(name, seen, subject)
    return _odd(name, answers.unheard, subject)


def of_foreign(version: Version, answers: Answers, subject: str) -> Finding:
    """Whether one gateway may speak in another's name, and whether a refusal is told."""
    name = "broker.not_authorized"
    if version != "5":
        return look(name, _V3, _FIVE, subject)
    if answers.foreign is None:
        seen = Text("拒绝时直接断开", "it hangs up on what is not allowed")
        remedy = Text("ACL 写错时看起来像断线", "a mistake in its ACL looks like a broken line")
        return look(name, seen, remedy, subject)
    if answers.foreign >= FAILURE:
        seen = Text(
            f"以别的网关之名写，回 {answers.foreign:#x}：拒绝看得见",
            f"refuses another gateway's name with {answers.foreign:#x}: a refusal is seen",
        )
        return ok(name, seen, subject)
    return look(
        name,
        Text("这个账号能以别的网关之名写", "this account may speak in another gateway's name"),
        Text(
            "给每个网关一个账号，ACL 只许 community/v1/<site>/<gateway>/#",
            "give each gateway an account, with community/v1/<site>/<gateway>/# alone in its ACL",
        ),
        subject,
    )


def of_again(again: Again, subject: str) -> Finding:
    """Whether QoS 1 is one: what was not acknowledged comes again after the connection."""
    name = "broker.redelivery"
    remedy = Text(
        "门禁等设备断线时发出的记录会丢：给代理打开持久会话和 QoS 1 队列",
        "what gates send while the line is down is lost: let the broker keep sessions and QoS 1",
    )
    if not again.present:
        return wrong(
            name, Text("断线后会话没了", "the session is gone after a break"), remedy, subject
        )
    if not again.again:
        seen = Text("没确认的消息没有再来", "what was not acknowledged does not come again")
        return wrong(name, seen, remedy, subject)
    if not again.meanwhile:
        seen = Text("断线期间的消息没有留", "what came meanwhile was not kept")
        return wrong(name, seen, remedy, subject)
    if not again.marked:
        seen = Text("重发的消息没有标 DUP", "what comes again is not marked as such")
        return look(
            name, seen, Text("网关按编号去重，不受影响", "numbers tell copies apart here"), subject
        )
    seen = Text(
        "断线后未确认的和期间的消息都再来",
        "what was not acknowledged, and what came meanwhile, comes after a break",
    )
    return ok(name, seen, subject)


def of_expiry(version: Version, expiry: Expiry, subject: str) -> Finding:
    """Whether a session is kept for as long as is asked, and no longer."""
    name = "broker.session_expiry"
    if version != "5":
        seen = Text("MQTT 3.1.1 的会话没有期限", "sessions of MQTT 3.1.1 have no end")
        remedy = Text(
            "在代理上设期限（mosquitto：persistent_client_expiration）",
            "set one at the broker (mosquitto: persistent_client_expiration)",
        )
        return look(name, seen, remedy, subject)
    if expiry.granted_s is not None and expiry.granted_s < KEPT_S:
        seen = Text(
            f"会话最多留 {expiry.granted_s} 秒",
            f"a session is kept for {expiry.granted_s} s at most",
        )
        remedy = Text(
            "网关停得更久，设备发的记录会丢：在代理上放宽",
            "records that devices send are lost if the gateway is off for longer: allow a day",
        )
        return look(name, seen, remedy, subject)
    if expiry.there:
        seen = Text("到期的会话还在", "a session outlives its end")
        remedy = Text("停用的网关的队列会一直长", "what waits for a gateway that is gone grows")
        return look(name, seen, remedy, subject)
    return ok(name, Text("按要求的时间保留", "sessions are kept as long as asked"), subject)


def of_retained(retained: Retained, subject: str) -> Finding:
    """Whether a status is there for who comes later, and is told from news."""
    name = "broker.retained"
    if not retained.came:
        seen = Text("不保留消息", "nothing is retained")
        remedy = Text(
            "平台看不到网关是否在线：打开保留消息",
            "whether a gateway is online a platform cannot see: let the broker retain",
        )
        return wrong(name, seen, remedy, subject)
    if not retained.marked:
        seen = Text("保留的消息没有标记", "what is retained is not marked as such")
        remedy = Text(
            "旧命令会像新的一样到达；签名和时效仍会拒绝它",
            "an old command arrives like a new one; its signature has an end all the same",
        )
        return wrong(name, seen, remedy, subject)
    if not retained.taken_away:
        seen = Text("空消息删不掉保留的", "an empty message does not take it away")
        remedy = Text("状态会过时", "a status may be out of date")
        return look(name, seen, remedy, subject)
    return ok(name, Text("保留、有标记、能删", "retained, marked, and can be taken away"), subject)


def of_shared(shared: Shared, subject: str) -> Finding:
    """Whether several workers of a platform can share the events; no gateway needs that."""
    name = "broker.share"
    workers = Text(
        "平台只用一个订阅者，或经队列（AMQP、Kafka）分发",
        "a platform has to be one subscriber here, or share by a queue (AMQP, Kafka)",
    )
    if not shared.granted:
        seen = Text("不支持 $share", "$share is refused")
        return look(name, seen, workers, subject)
    total = shared.first + shared.second
    told = f"{shared.first} + {shared.second} / {shared.sent}"
    if total < shared.sent:
        seen = Text(f"答应了 $share 却没有送全：{told}", f"$share is granted, and delivers {told}")
        return look(name, seen, workers, subject)
    if total > shared.sent:
        seen = Text(f"$share 两人都收到：{told}", f"$share gives both of them all: {told}")
        return look(name, seen, workers, subject)
    seen = Text(f"$share 每条送一人：{told}", f"$share delivers each to one: {told}")
    return ok(name, seen, subject)


def of_sizes(sizes: Sizes, subject: str) -> Finding:
    """Whether a batch of events fits."""
    name = "broker.size"
    said = f"，自称上限 {size(sizes.said)}" if sizes.said else ""
    says = f", it says {size(sizes.said)} at most" if sizes.said else ""
    taken = size(sizes.taken)
    seen = Text(f"收下 {taken}{said}", f"takes {taken}{says}")
    if sizes.taken >= ENOUGH:
        return ok(name, seen, subject)
    refused = size(sizes.refused or 0)
    return wrong(
        name,
        Text(f"拒收 {refused}{said}", f"does not take {refused}{says}"),
        Text(
            f"把代理的消息上限放到 {size(ENOUGH)} 以上（mosquitto：message_size_limit）",
            f"let it take {size(ENOUGH)} (mosquitto: message_size_limit)",
        ),
        subject,
    )


def denied(name: str, topic: str, subject: str) -> Finding:
    """It could not be tried, as this account may not read and write where it is tried."""
    return not_made(
        name,
        Text(f"账号不能读写 {topic}", f"this account may not read and write {topic}"),
        Text(
            "ACL 里临时加 readwrite 这个主题，查完删去",
            "allow readwrite of it in the ACL while this is tried",
        ),
        subject,
    )


def _odd(name: str, code: int | None, subject: str) -> Finding:
    told = "—" if code is None else f"{code:#x}"
    return look(
        name,
        Text(f"回 {told}", f"answers {told}"),
        Text("看代理的日志", "see the broker's log"),
        subject,
    )
