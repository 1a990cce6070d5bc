"""How `whistle doctor` judges what it heard, goes round, and tells it."""

from __future__ import annotations

import errno
import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from edge.__main__ import main
from edge.api.ui.certificate_files import CertificateLine
from edge.certificate import Certificate
from edge.cli.doctor.files import Secret, of_certificate, of_secrets
from edge.cli.doctor.finding import look, ok, plain, wrong
from edge.cli.doctor.reach import Shown, failure, reached, secured, skipped
from edge.cli.doctor.round import Check, findings
from edge.cli.doctor.running import (
    GatewaySeen,
    LinkSeen,
    WaySeen,
    of_gateway,
    of_links,
    of_ways,
)
from edge.cli.doctor.telling import lines
from edge.model import Text

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TEXT = Text("甲", "A")


def silent(_: int, __: int, ___: str) -> None:
    """No progress is told."""


def test_findings_come_in_order_whatever_ends_first() -> None:
    """Each in a thread of its own; what one says several times stays together."""
    first = threading.Event()

    def late() -> list[object]:
        assert first.wait(10)
        return [ok("a", TEXT), ok("a", TEXT, "2")]

    def soon() -> list[object]:
        first.set()
        return [ok("b", TEXT)]

    round_ = [Check(name="a", make=late), Check(name="b", make=soon)]  # type: ignore[arg-type]
    found = findings(round_, silent)
    assert [(each.check, each.subject) for each in found] == [("a", ""), ("a", "2"), ("b", "")]


def test_a_check_that_hangs_is_said_and_holds_up_nobody() -> None:
    """It is told by its name when the time is over."""
    never = threading.Event()

    def hang() -> list[object]:
        never.wait(20)
        return []

    checks = [Check(name="disk", subject="/x", make=hang), Check(name="b", make=list)]  # type: ignore[arg-type]
    [found] = findings(checks, silent, longest_s=0.05)
    never.set()
    assert (found.check, found.subject, found.verdict) == ("disk", "/x", "look")
    assert "not done within" in found.seen.en


@pytest.mark.parametrize("error", [OSError(errno.EIO, "I/O error"), apsw.BusyError("busy")])
def test_a_check_that_fails_says_why(error: Exception) -> None:
    """The others go on."""

    def fail() -> list[object]:
        raise error

    checks = [Check(name="a", make=fail), Check(name="b", make=lambda: [ok("b", TEXT)])]  # type: ignore[arg-type]
    first, second = findings(checks, silent)
    assert (first.verdict, second.verdict) == ("look", "ok")
    assert str(error) in first.seen.en


def test_lines_and_objects() -> None:
    """One line each in the language asked for, what to do below; for programs both languages."""
    found = [ok("a", TEXT), look("b", TEXT, Text("乙", "B"), "x"), wrong("c", TEXT, TEXT)]
    told = list(lines(found, lambda _, en: en, colours=False))
    assert told == [
        "ok    a: A",
        "look  b x: A",
        "      → B",
        "wrong c: A",
        "      → A",
        "",
        "3 checks: 1 wrong, 1 to look at.",
    ]
    assert "有误 c: 甲" in list(lines(found, lambda zh, _: zh, colours=False))
    assert "\x1b[31m" in "".join(lines(found, lambda _, en: en, colours=True))
    assert json.loads(json.dumps(plain(found[1]))) == {
        "check": "b",
        "subject": "x",
        "verdict": "look",
        "seen": {"zh": "甲", "en": "A"},
        "remedy": {"zh": "乙", "en": "B"},
    }


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "the name is not known"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "nobody listens"),
        (TimeoutError("timed out"), "no answer"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "no way there"),
        (OSError(errno.EACCES, "Permission denied"), "Permission denied"),
    ],
)
def test_why_somebody_is_not_reached(error: OSError, words: str) -> None:
    """Each asks for something else to be done."""
    assert words in failure(error)[0].en
    assert reached("link", "bus", "10.0.0.1:502", error).verdict == "wrong"
    assert reached("link", "bus", "10.0.0.1:502", None).verdict == "ok"


def test_a_certificate_that_is_not_trusted_is_described() -> None:
    """Whose it is, by whom, until when: then somebody can find the right authority."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "unable to get local issuer certificate"
    shown = Shown(subject="CN=broker", issuer="CN=City CA", begins=NOW, ends=NOW)
    found = secured("uplink.mqtt.tls", "city", error, shown, NOW)
    assert found.verdict == "wrong"
    assert "issued by CN=City CA" in found.seen.en
    assert secured("t", "", ssl.SSLError(1, "wrong version"), None, NOW).verdict == "wrong"


@pytest.mark.parametrize(("days", "verdict"), [(90, "ok"), (10, "look")])
def test_a_server_s_certificate_that_ends_soon(days: int, verdict: str) -> None:
    """It is for others to renew: they are told in time."""
    ends = NOW + timedelta(days=days)
    shown = Shown(subject="CN=a", issuer="CN=b", begins=NOW, ends=ends)
    assert secured("t", "", None, shown, NOW).verdict == verdict
    assert secured("t", "", None, None, NOW).verdict == "ok"


def test_what_could_not_be_tried_says_so() -> None:
    """With the step that comes before it."""
    assert "the connection comes first" in skipped("uplink.mqtt", "city", "tcp").seen.en


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (GatewaySeen(state="runs", pid=7), "ok"),
        (GatewaySeen(state="runs", pid=7, amiss=("pipeline_or_disk",)), "wrong"),
        (GatewaySeen(state="off"), "look"),
        (GatewaySeen(state="unknown"), "look"),
        (GatewaySeen(state="silent", pid=7), "wrong"),
        (GatewaySeen(state="page_only", pid=7), "wrong"),
    ],
)
def test_a_gateway(seen: GatewaySeen, verdict: str) -> None:
    """Only where none runs for certain may somebody speak in its name."""
    assert of_gateway(seen).verdict == verdict
    assert seen.absent == (seen.state == "off")


def test_links_as_the_gateway_has_them() -> None:
    """With the reason and for how long; one that was not tried yet is no fault."""
    since = NOW - timedelta(hours=3)
    seen = [
        LinkSeen(id="a", up=True, reason="", since=since),
        LinkSeen(id="b", up=False, reason="no answer", since=since),
        LinkSeen(id="c", up=None, reason="", since=None),
    ]
    found = list(of_links(seen, NOW))
    assert [each.verdict for each in found] == ["ok", "wrong", "look"]
    assert found[1].seen.en == "down (3 hours): no answer"


def test_a_way_that_another_stands_in_for() -> None:
    """It can wait for the morning; a platform that nothing reaches cannot."""
    over = {"over": "mqtt", "up": False, "reason": "refused", "used": False}
    beside = WaySeen(uplink="city", over="https", up=True, reason="", used=True)
    found = list(of_ways([WaySeen(uplink="city", **over), beside]))  # type: ignore[arg-type]
    assert [(each.check, each.verdict) for each in found] == [
        ("uplink.mqtt", "look"),
        ("uplink.https", "ok"),
    ]
    assert next(of_ways([WaySeen(uplink="city", **over)])).verdict == "wrong"  # type: ignore[arg-type]


def certificate(tone: str, days: int = 90) -> CertificateLine:
    """One of a client that ends in so many days."""
    found = Certificate(
        cert_file=Path("c.crt"),
        key_file=Path("c.key"),
        fingerprint="",
        not_before=NOW,
        not_after=NOW + timedelta(days=days),
        names=(),
        own=False,
    )
    return CertificateLine(
        use="client",
        whose="city",
        file="c.crt",
        certificate=found,
        problems=(),
        tone=tone,  # type: ignore[arg-type]
        state=TEXT,
    )


def test_a_certificate() -> None:
    """Valid, ending soon, over, and one that does not fit its key."""
    assert of_certificate(certificate("good"), NOW, "").seen.en.startswith("90 days left")
    assert of_certificate(certificate("info", 5), NOW, "").verdict == "look"
    assert of_certificate(certificate("fault", -5), NOW, "").verdict == "wrong"
    unfit = of_certificate(certificate("good"), NOW, "KEY_VALUES_MISMATCH")
    assert (unfit.verdict, "KEY_VALUES_MISMATCH" in unfit.seen.en) == ("wrong", True)


def test_secrets() -> None:
    """One line where all are well; else one for each that is not."""
    good = Secret(key="password_file", path="/p", mode=0o100600)
    [found] = of_secrets([good, good])
    assert (found.verdict, "2 files" in found.seen.en) == ("ok", True)
    bad = Secret(key="key_file", path="/k", mode=0o100644)
    gone = Secret(key="token_file", path="/t", mode=None, refusal="Permission denied")
    found_bad, found_gone = of_secrets([good, bad, gone])
    assert (found_bad.verdict, found_gone.verdict) == ("look", "wrong")
    assert found_bad.remedy == Text("chmod 600 /k", "chmod 600 /k")


def test_without_a_site_file_it_is_a_wrong_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, whichever way; nothing is printed that a program could take for a finding."""
    for more in ([], ["--broker"], ["--json"]):
        assert main(["doctor", str(tmp_path / "none.yaml"), *more]) == 2
        said = capsys.readouterr()
        assert (said.out, "none.yaml" in said.err) == ("", True)
