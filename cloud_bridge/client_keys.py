"""The key that a gateway shows to its platform: made here, changed without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from edge.broker import BrokerTls
from edge.certificate import pem_of, write_whole
from edge.errors import ConfigError, refusal
from edge.model import Text

NEXT: Final = ".next"
"""Behind the name of a file: the one that will take its place."""

MOST_CHAIN: Final = 64 * 1024
"""Bytes; a certificate and those between it and its authority take five thousand."""


def request(tls: BrokerTls, gateway: str) -> bytes:
    """Return what an authority signs, in PEM; makes the next key where there is none yet.

    `ConfigError` where the site file names no files for it, `OSError` when the disk refuses.
    """
    _, key_file = _files(tls)
    coming = _coming(key_file)
    if not coming.exists():
        write_whole(coming, pem_of(ec.generate_private_key(ec.SECP256R1())), 0o600)
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, gateway)])
    )
    return builder.sign(_key(coming), hashes.SHA256()).public_bytes(Encoding.PEM)


def install(
    tls: BrokerTls, chain: bytes, gateway: str, now: datetime, authority: Path | None
) -> x509.Certificate:
    """Lay what the authority has signed beside what serves; return the gateway's own of it.

    `ConfigError` where it is not for the next key, not in this gateway's name, over, or not signed
    by the authority. It is shown from the first session on at which it is valid.
    """
    cert_file, key_file = _files(tls)
    own, *between = _chain(chain)
    if own.public_key() != _key(_coming(key_file)).public_key():
        raise refusal(
            Text("证书不是为这里的新私钥签发的", "the certificate is not for the key made here"),
            Text("用 whistle key request 的请求去签发", "have the request signed that was made"),
        )
    names = [each.value for each in own.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [gateway]:
        raise refusal(
            Text(f"证书的名字是 {names}，不是 {gateway}", f"it is for {names}, not {gateway}"),
            Text("让签发方保留请求里的名字", "have the name of the request kept"),
        )
    if now >= own.not_valid_after_utc:
        ended = f"{own.not_valid_after_utc:%Y-%m-%d}"
        raise refusal(
            Text(f"证书已于 {ended} 过期", f"it ended on {ended}"),
            Text("检查时钟，或重新签发", "look at the clock, or have another one signed"),
        )
    trusted = authority or (Path(tls.ca_file) if tls.ca_file else None)
    if trusted is None or not _reaches(own, between, _chain(trusted.read_bytes())):
        raise refusal(
            Text(f"{trusted} 没有签发它", f"{trusted} has not signed it"),
            Text("附上中间证书，或用 --authority 指明", "add what is between, or name --authority"),
        )
    write_whole(_coming(cert_file), chain, 0o644)
    return own


def ready(tls: BrokerTls | None, now: datetime) -> BrokerTls | None:
    """Return the files to be tried before those that serve; none where there are no valid ones."""
    if tls is None or tls.cert_file is None or tls.key_file is None:
        return None
    cert_file = _coming(Path(tls.cert_file))
    # A power cut between the two renames of `promote` leaves the new key in its place already.
    coming = _coming(Path(tls.key_file))
    key_file = coming if coming.exists() else Path(tls.key_file)
    try:
        own = _chain(cert_file.read_bytes())[0]
        fits = own.public_key() == _key(key_file).public_key()
    except (OSError, ConfigError):
        return None
    if not fits or not own.not_valid_before_utc <= now < own.not_valid_after_utc:
        return None
    files = {"cert_file": str(cert_file), "key_file": str(key_file)}
    return tls.model_copy(update=files)


def promote(tls: BrokerTls) -> None:
    """The next pair has been let in: it takes the place of the one before."""
    cert_file, key_file = _files(tls)
    for file in (key_file, cert_file):
        if _coming(file).exists():
            _coming(file).replace(file)


def _files(tls: BrokerTls) -> tuple[Path, Path]:
    if tls.cert_file is None or tls.key_file is None:
        raise refusal(
            Text("站点文件里没有写 cert_file 和 key_file", "the site file names no key"),
            Text("在 broker 的 tls 里写上两者", "write cert_file and key_file in the broker's tls"),
        )
    return Path(tls.cert_file), Path(tls.key_file)


def _coming(file: Path) -> Path:
    return file.with_name(f"{file.name}{NEXT}")


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a key; `ConfigError`, a `ValueError`, when it is none that was made here."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise refusal(
            Text(f"{path} 不是可用的私钥：{error}", f"{path} is no key: {error}"),
            Text("先执行 whistle key request", "begin with whistle key request"),
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise refusal(
            Text(f"{path} 是另一种私钥", f"{path} is a key of another kind"),
            Text("移走它，再执行 whistle key request", "move it away, then whistle key request"),
        )
    return key


def _chain(body: bytes) -> list[x509.Certificate]:
    """Read certificates in PEM, the first its own; `ConfigError` for what is none."""
    try:
        return x509.load_pem_x509_certificates(body[:MOST_CHAIN])
    except ValueError as error:
        raise refusal(
            Text("这不是 PEM 格式的证书", "this is no certificate in PEM"),
            Text("把签发方给的 PEM 文件原样放上", "take the file as the authority has sent it"),
        ) from error


def _reaches(
    own: x509.Certificate, between: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate]
) -> bool:
    """Whether signatures lead from it, over those between, to one that is trusted."""
    left = list(between)
    while not any(_signed(own, each) for each in trusted):
        above = next((each for each in left if _signed(own, each)), None)
        if above is None:
            return False
        left.remove(above)
        own = above
    return True


def _signed(own: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        own.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
