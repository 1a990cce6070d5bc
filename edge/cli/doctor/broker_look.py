"""Probes a broker with clients and topics of its own, that nobody else listens to."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from edge.broker import Broker
from edge.cli.doctor import broker as pure
from edge.cli.doctor.broker_client import Voice, voice
from edge.cli.doctor.finding import Finding, wrong
from edge.cli.doctor.round import Check
from edge.cli.doctor.words import both
from edge.model import Text

SHARED: Final = 20
EXPIRY_S: Final = 1
OVER_S: Final = 3.0
"""A broker looks after sessions that have ended about once a second."""

SILENCE_S: Final = 0.5
SIZES: Final = (16 * 1024, pure.ENOUGH, 1024 * 1024)
KEPT_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A broker, who asks, where: `topic` begins what is the asker's, `foreign` what is not."""

    broker: Broker
    subject: str
    name: str
    topic: str
    foreign: str


class Denied(ValueError):
    """This account may not read and write where the broker is probed."""


def probes(probed: Probed) -> list[Check]:
    """Return every probe, each with connections of its own."""
    every: tuple[tuple[str, Callable[[Probed], Finding]], ...] = (
        ("broker.unheard", _unheard),
        ("broker.not_authorized", _foreign),
        ("broker.redelivery", _again),
        ("broker.session_expiry", _expiry),
        ("broker.retained", _retained),
        ("broker.share", _shared),
        ("broker.size", _sizes),
    )
    return [
        Check(name=name, subject=probed.subject, make=_made(name, make, probed))
        for name, make in every
    ]


def _made(
    name: str, make: Callable[[Probed], Finding], probed: Probed
) -> Callable[[], Sequence[Finding]]:
    def probe() -> Sequence[Finding]:
        try:
            return (make(probed),)
        except Denied as topic:
            return (pure.denied(name, str(topic), probed.subject),)
        except (OSError, ValueError) as error:
            remedy = Text(
                "先让 whistle doctor（不带 --broker）通过", "first mend what whistle doctor says"
            )
            return (wrong(name, both(str(error)), remedy, probed.subject),)

    return probe


def _unheard(probed: Probed) -> Finding:
    with voice(probed.broker, f"{probed.name}-u") as asking:
        code = _sent(asking, f"{probed.topic}/unheard", b"?")
    answers = pure.Answers(unheard=code, foreign=None)
    return pure.of_unheard(probed.broker.version, answers, probed.subject)


def _foreign(probed: Probed) -> Finding:
    with voice(probed.broker, f"{probed.name}-f") as asking:
        code = asking.publish(probed.foreign, b"?")
    answers = pure.Answers(unheard=None, foreign=code)
    return pure.of_foreign(probed.broker.version, answers, probed.subject)


def _again(probed: Probed) -> Finding:
    topic, name = f"{probed.topic}/again", f"{probed.name}-a"
    first = Voice(probed.broker, name, expiry_s=KEPT_S)
    try:
        _subscribed(first, topic)
        with voice(probed.broker, f"{probed.name}-b") as other:
            _sent(other, topic, b"1")
            first.receive()
            first.drop()
            _sent(other, topic, b"2")
        with voice(probed.broker, name, expiry_s=KEPT_S) as second:
            came = [message for _ in "12" if (message := second.receive()) is not None]
            bodies = {bytes(message.payload): message.dup for message in came}
            for message in came:
                second.acknowledge(message)
            present = second.present
    finally:
        first.drop()
        _forget(probed, name)
    found = pure.Again(
        present=present,
        again=b"1" in bodies,
        marked=bodies.get(b"1", False),
        meanwhile=b"2" in bodies,
    )
    return pure.of_again(found, probed.subject)


def _expiry(probed: Probed) -> Finding:
    name = f"{probed.name}-e"
    with voice(probed.broker, name, expiry_s=pure.KEPT_S) as asking:
        granted = asking.granted_s
    _forget(probed, name)
    leaving = Voice(probed.broker, name, expiry_s=EXPIRY_S)
    try:
        _subscribed(leaving, f"{probed.topic}/expiry")
    finally:
        leaving.drop()
    time.sleep(EXPIRY_S + OVER_S)
    with voice(probed.broker, name, expiry_s=EXPIRY_S) as again:
        there = again.present
    _forget(probed, name)
    found = pure.Expiry(granted_s=granted, there=there)
    return pure.of_expiry(probed.broker.version, found, probed.subject)


def _retained(probed: Probed) -> Finding:
    topic = f"{probed.topic}/retained"
    with voice(probed.broker, f"{probed.name}-r") as leaving:
        _sent(leaving, topic, b"left", retain=True)
        try:
            with voice(probed.broker, f"{probed.name}-s") as later:
                _subscribed(later, topic)
                message = later.receive(SILENCE_S)
        finally:
            leaving.publish(topic, b"", retain=True)
        with voice(probed.broker, f"{probed.name}-t") as last:
            _subscribed(last, topic)
            gone = last.receive(SILENCE_S) is None
    found = pure.Retained(
        came=message is not None, marked=bool(message and message.retain), taken_away=gone
    )
    return pure.of_retained(found, probed.subject)


def _shared(probed: Probed) -> Finding:
    topic = f"{probed.topic}/share"
    group = f"$share/{probed.name}/{topic}"
    with (
        voice(probed.broker, f"{probed.name}-1") as first,
        voice(probed.broker, f"{probed.name}-2") as second,
        voice(probed.broker, f"{probed.name}-p") as sending,
    ):
        _sent(sending, topic, b"?")
        granted = all(each.subscribe(group) < pure.FAILURE for each in (first, second))
        counts = [0, 0]
        if granted:
            for _ in range(SHARED):
                _sent(sending, topic, b"!")
            counts = [_count(first), _count(second)]
    found = pure.Shared(granted=granted, sent=SHARED, first=counts[0], second=counts[1])
    return pure.of_shared(found, probed.subject)


def _sizes(probed: Probed) -> Finding:
    topic = f"{probed.topic}/size"
    taken, refused, said = 0, None, None
    for size in SIZES:
        with voice(probed.broker, f"{probed.name}-z") as sending:
            said = sending.most_bytes
            _sent(sending, topic, b"?")
            code = sending.publish(topic, bytes(size))
        if code is None or code >= pure.FAILURE:
            refused = size
            break
        taken = size
    return pure.of_sizes(pure.Sizes(said=said, taken=taken, refused=refused), probed.subject)


def _sent(sending: Voice, topic: str, body: bytes, *, retain: bool = False) -> int | None:
    code = sending.publish(topic, body, retain=retain)
    if code is not None and code >= pure.FAILURE:
        raise Denied(topic)
    return code


def _subscribed(asking: Voice, topic: str) -> None:
    if asking.subscribe(topic) >= pure.FAILURE:
        raise Denied(topic)


def _count(asking: Voice) -> int:
    count = 0
    while (message := asking.receive(SILENCE_S)) is not None:
        asking.acknowledge(message)
        count += 1
    return count


def _forget(probed: Probed, name: str) -> None:
    """Let the broker keep nothing of a session."""
    with voice(probed.broker, name):
        pass
