"""Why a device is silent: each sign leads to words that name the next thing to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from edge.api.ui.device.reasons import device_reason, link_reason
from edge.api.ui.device.silence import Finding, Signs, findings
from edge.model import Covers, LinkChanged, SuppressionBegan, Text
from edge.strangers import Heard
from edge.trace import Tally
from tests.fakes.time import EPOCH

UP = LinkChanged(link="bus", up=True, reason="connected", at=EPOCH)
WELL = Signs(
    now=EPOCH + timedelta(minutes=5),
    condition="online",
    since=EPOCH,
    link="bus",
    standing=UP,
    tally=Tally(good=100),
    points=12,
)


def said(signs: Signs) -> list[str]:
    """What is found, in English."""
    return [each.what.en for each in findings(signs)]


def first(signs: Signs) -> Finding:
    """The likeliest."""
    return findings(signs)[0]


def down(reason: str) -> Signs:
    """A link that is down for this reason, with three more devices on it."""
    gone = LinkChanged(link="bus", up=False, reason=reason, at=EPOCH)
    return replace(WELL, condition="link_down", standing=gone, others=3)


def silent(told: str, **more: object) -> Signs:
    """A device that does not answer on a link that is up."""
    return replace(WELL, condition="offline", told=told, **more)  # type: ignore[arg-type]


def test_what_answers_is_well() -> None:
    """Since when, and nothing to do."""
    assert said(WELL) == ["It can be heard; all is well"]
    assert (first(WELL).tone, first(WELL).since) == ("good", EPOCH)


def test_a_refused_connection_names_host_and_port() -> None:
    """And that the others behind the link are silent with it: the device is not to blame."""
    signs = down("[Errno 111] Connect call failed ('10.0.0.5', 502)")
    cause, others = findings(signs)
    assert cause.what.en == "Link bus is down: connection refused by 10.0.0.5:502"
    assert cause.what.zh == "链路 bus 断开：10.0.0.5:502 拒绝连接"
    assert cause.said == "[Errno 111] Connect call failed ('10.0.0.5', 502)"
    assert cause.remedy
    assert "port" in cause.remedy.en
    assert "3 more behind the same link" in others.what.en


def test_a_link_that_was_not_tried_yet_accuses_nobody() -> None:
    """Half a minute after the start nothing is known."""
    signs = replace(WELL, condition="unknown", standing=None)
    assert [each.tone for each in findings(signs)] == ["unknown"]


def test_time_outs_tell_when_it_is_asked_again() -> None:
    """And the neighbours that answer say that the line is sound."""
    rests = EPOCH + timedelta(minutes=5, seconds=40)
    signs = silent("no answer", tally=Tally(failed=9, resting_until=rests), others=2, heard=2)
    cause, neighbours = findings(signs)
    assert "does not answer in time" in cause.what.en
    assert cause.next_try == rests
    assert cause.remedy
    assert "A and B" in cause.remedy.en
    assert "the line is sound" in neighbours.what.en


def test_a_next_try_that_is_past_is_not_told() -> None:
    """It is being asked just now."""
    past = Tally(failed=9, resting_until=EPOCH)
    assert first(silent("no answer", tally=past)).next_try is None


def test_when_nobody_on_the_bus_answers_the_bus_is_named() -> None:
    """Not each device behind it."""
    assert any("the bus and its converter" in each for each in said(silent("no answer", others=4)))


def test_a_stranger_may_be_the_device_itself() -> None:
    """Whoever the profile suits comes first; the page leads to where it is set up."""
    suits = Heard(
        name="address 7",
        said=Text("系统状态", "a system's state"),
        first_seen=EPOCH,
        last_seen=EPOCH,
    )
    other = replace(suits, name="address 9")
    found = findings(silent("has not connected", strangers=(suits, other), suiting=1))
    assert "has not connected" in found[0].what.en
    assert "address 7 speaks on this link and is not configured: perhaps" in found[1].what.en
    assert "address 9 speaks on this link and is not configured: see whether" in found[2].what.en
    assert {each.leads for each in found[1:]} == {"add"}


def test_what_answers_is_not_taken_for_a_stranger() -> None:
    """Who is online has not gone elsewhere."""
    heard = Heard(name="x", said=Text("", ""), first_seen=EPOCH, last_seen=EPOCH)
    assert said(replace(WELL, strangers=(heard,))) == ["It can be heard; all is well"]


def test_never_heard_tells_asked_from_listened_to() -> None:
    """What is asked and never answered is a fault; what speaks when it likes may come yet."""
    listened = replace(WELL, condition="unknown", tally=Tally())
    assert first(listened).tone == "unknown"
    asked = replace(listened, tally=Tally(sent=9, failed=9, last_reason="garbled"))
    assert first(asked).tone == "fault"
    assert "Never an answer yet: its answers are garbled" in first(asked).what.en


def test_a_device_that_refuses_some_points_says_so_once() -> None:
    """Not as a bad line besides, for the refusals are what failed."""
    refused = Tally(good=80, failed=20, last_reason="illegal data address")
    signs = replace(WELL, told="refuses speed, mode", tally=refused)
    assert said(signs) == ["It answers, but refuses to read speed, mode"]


def test_a_long_list_of_names_is_cut_between_two() -> None:
    """The rows of the points say which they are."""
    names = ", ".join(f"point_number_{number}" for number in range(20))
    words = device_reason(f"refuses {names}").what.en
    assert words.endswith("point_number_2, …")


def test_a_line_that_loses_answers_is_told_though_the_device_is_online() -> None:
    """As so many of a hundred, with the last reason; not after a handful of questions."""
    lossy = Tally(good=90, failed=10, last_reason="garbled", last_failure=EPOCH)
    assert first(replace(WELL, tally=lossy)).tone == "fault"
    assert "10 of 100 questions" in first(replace(WELL, tally=lossy)).what.en
    few = replace(lossy, good=9, failed=1)
    assert said(replace(WELL, tally=few)) == ["It can be heard; all is well"]


def test_points_without_a_trusted_value_are_named() -> None:
    """Five of them; the rest are counted."""
    bad = tuple(Text(f"点{number}", f"point {number}") for number in range(7))
    last = findings(replace(WELL, bad=bad))[-1]
    assert last.what.en.startswith("7 of 12 points have no trusted value: point 0, point 1")
    assert last.what.en.endswith("point 4, 2 more")
    assert last.what.zh.endswith("点4、还有 2 个")


def test_who_works_on_it_is_named() -> None:
    """Silence may be meant."""
    window = SuppressionBegan(
        id="maintenance-x",
        why="maintenance",
        covers=Covers(device="x"),
        by="li",
        reason="new board",
        at=EPOCH,
    )
    last = findings(replace(silent("no answer"), quiet=(window,)))[-1]
    assert last.what.en == "li lets its alarms call nobody: new board"


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ("[Errno 111] Connect call failed", "the connection was refused"),
        ("broker 10.0.0.9:1883: [Errno 111] Connection refused", "the connection was refused"),
        ("[Errno 113] Connect call failed ('10.0.0.5', 502)", "no way leads to 10.0.0.5"),
        ("[Errno 101] Network is unreachable", "no way leads to the other end"),
        ("10.0.0.5:502 does not answer", "10.0.0.5:502 does not answer"),
        (
            'no CONNACK from 10.0.0.9:1883; if it speaks no MQTT 5, set version: "3.1.1"',
            "10.0.0.9:1883 does not answer",
        ),
        ("[Errno 110] Connect call failed", "the connection timed out"),
        ("[Errno -2] Name or service not known", "the host's name is not known"),
        (
            "[Errno 2] could not open port /dev/ttyUSB0: [Errno 2] No such file or directory",
            "there is no serial port /dev/ttyUSB0",
        ),
        ("[Errno 13] Permission denied: '/dev/ttyUSB0'", "not allowed to open it"),
        (
            "[Errno 98] error while attempting to bind: address already in use",
            "another program uses the port",
        ),
        ("has not connected yet", "the box has not dialled in yet"),
        (
            "nothing has answered for 300 s",
            "nobody on the whole bus has answered for long; it is being connected anew",
        ),
        ("broker 10.0.0.9:1883 refused us: Not authorized", "the broker refused: Not authorized"),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
            "no secure connection: a certificate is not trusted, or is for another name",
        ),
        ("closed by the other end", "the other end closed the connection"),
        (
            "stuck for 90 s",
            "what serves this link hung for 90 s and was begun anew; other links go on",
        ),
        ("internal fault: KeyError: 'x'", "a fault of the gateway, written into its log"),
        ("something quite new", "something quite new"),
        ("", "the reason is not known"),
    ],
)
def test_a_link_that_is_down_says_why_in_words(driver: str, words: str) -> None:
    """What drivers and the system say; what nobody knows is passed on as it is."""
    reason = link_reason(driver)
    assert reason.what.en == words
    assert reason.remedy.zh
    assert reason.said == driver


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ("no answer", "it is asked and does not answer in time"),
        ("answers are garbled", "its answers are garbled"),
        (
            "gateway: target does not answer",
            "the Modbus gateway answers, the unit behind it does not",
        ),
        ("illegal data address", "it answers, but refuses what it is asked for"),
        ("device busy", "it says that it is busy"),
        ("silent for 90 s", "nothing came from it for 90 s"),
        ("said goodbye, or its broker did", "it went offline: it said so, or its broker did"),
        ("closed", "it closed the connection, or is connected and says nothing"),
        ("has not connected", "it has not connected"),
    ],
)
def test_a_silent_device_says_why_in_words(driver: str, words: str) -> None:
    """The reasons of every driver."""
    assert device_reason(driver).what.en == words
