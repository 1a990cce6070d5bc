"""What a try to reach somebody says: name, connection, certificate, session; pure."""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.cli.doctor.finding import Finding, look, not_made, ok, wrong
from edge.cli.doctor.words import both
from edge.model import Text

Step: TypeAlias = Literal["name", "tcp", "tls", "session"]

STEPS: Final[dict[Step, Text]] = {
    "name": Text("名称解析", "the name"),
    "tcp": Text("TCP 连接", "the connection"),
    "tls": Text("TLS", "TLS"),
    "session": Text("会话", "the session"),
}

SOON_DAYS: Final = 30

_UNREACHED: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The certificate that a server shows; instants are when it begins and ends."""

    subject: str
    issuer: str
    begins: datetime
    ends: datetime


def failure(error: OSError) -> tuple[Text, Text]:
    """Return why somebody was not reached, and what to do."""
    match error:
        case socket.gaierror():
            return (
                Text(f"解析不了名称：{error.strerror}", f"the name is not known: {error.strerror}"),
                Text(
                    "查 DNS：resolvectl query；或写 IP 地址",
                    "DNS: resolvectl query; or write an address",
                ),
            )
        case ConnectionRefusedError():
            return (
                Text("主机在，端口没有程序", "the host is there, nobody listens at the port"),
                Text("启动对方的服务，核对端口", "is the service on? is it this port?"),
            )
        case TimeoutError():
            return (
                Text("没有回答", "no answer"),
                Text("查电源、网线、地址、防火墙", "power, cable, address, firewall"),
            )
        case _ if error.errno in _UNREACHED:
            return (
                Text(f"到不了：{error.strerror}", f"no way there: {error.strerror}"),
                Text("查网线、路由、VPN：ip route", "cable, route, VPN: ip route"),
            )
    words = error.strerror or str(error)
    return both(words), Text("查网络", "look at the network")


def reached(check: str, subject: str, where: str, error: OSError | None) -> Finding:
    """Whether somebody listens at an address."""
    if error is None:
        return ok(check, Text(f"{where} 能连上", f"{where} answers"), subject)
    seen, remedy = failure(error)
    return wrong(check, Text(f"{where}：{seen.zh}", f"{where}: {seen.en}"), remedy, subject)


def secured(
    check: str, subject: str, error: OSError | None, shown: Shown | None, now: datetime
) -> Finding:
    """Whether a server's certificate is trusted, and for how long."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _untrusted(check, subject, error, shown)
    if error is not None:
        words = getattr(error, "reason", None) or error.strerror or str(error)
        remedy = Text(
            "是 TLS 端口吗？客户端证书对吗？",
            "is it a port for TLS? is the client certificate the right one?",
        )
        return wrong(check, Text(f"握手失败：{words}", f"no handshake: {words}"), remedy, subject)
    if shown is None:
        return ok(check, Text("证书可信", "its certificate is trusted"), subject)
    left = (shown.ends - now).days
    seen = Text(f"证书可信，还有 {left} 天", f"its certificate is trusted, {left} days left")
    if left > SOON_DAYS:
        return ok(check, seen, subject)
    return look(check, seen, Text("提醒平台方换证书", "tell the platform's people"), subject)


def skipped(check: str, subject: str, step: Step) -> Finding:
    """It could not be tried, as a step before it failed."""
    why = STEPS[step]
    return not_made(
        check,
        Text(f"先要{why.zh}成功", f"{why.en} comes first"),
        Text("见上一行", "see the line above"),
        subject,
    )


def _untrusted(
    check: str, subject: str, error: ssl.SSLCertVerificationError, shown: Shown | None
) -> Finding:
    why = error.verify_message
    if shown is None:
        seen = Text(f"证书不可信：{why}", f"its certificate is not trusted: {why}")
    else:
        span = f"{shown.begins:%Y-%m-%d} – {shown.ends:%Y-%m-%d}"
        seen = Text(
            f"证书不可信：{why}；对方的证书：{shown.subject}，签发者 {shown.issuer}，{span}",
            f"its certificate is not trusted: {why}; it shows {shown.subject}, issued by"
            f" {shown.issuer}, {span}",
        )
    remedy = Text(
        "tls.ca_file 要是这个签发者的证书；过期或未生效则查时钟；名称不符则按证书写 host",
        "tls.ca_file has to be that issuer's; if it has ended or not begun, see the clock; if the"
        " name differs, write the host as the certificate has it",
    )
    return wrong(check, seen, remedy, subject)
