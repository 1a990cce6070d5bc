"""The certificate of the page: self-made and renewed in time, or the site's own, and its TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from edge.certificate_making import fingerprint_of, is_own, made, names_of, plain
from edge.errors import ConfigError, Problem
from edge.model import Text
from edge.own_names import own_names
from edge.whole_file import whole_file

CERT_FILE: Final = "page.crt"
KEY_FILE: Final = "page.key"

RENEWED_BEFORE: Final = timedelta(days=30)

SHORTEST_RSA: Final = 2048

CIPHERS: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
    ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
    ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
"""Mozilla's intermediate profile for TLS 1.2, but for finite-field Diffie-Hellman, which no browser
of the last ten years needs; those of TLS 1.3 are what it asks for as they are."""

CURVE: Final = "prime256v1"
"""One that the profile has and every client can do: this `ssl` module takes one or all, and among
all are some that the profile refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is shown to a browser; `fingerprint` is its SHA-256 as browsers write it.

    `own` says that it is self-made, so that a browser warns of it and a person compares the
    fingerprint with the one on the gateway's console.
    """

    cert_file: Path
    key_file: Path
    fingerprint: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    own: bool


def ensure_certificate(
    store: Path, hosts: Iterable[str], now: Callable[[], datetime]
) -> Certificate:
    """Return the self-made certificate of a store, made now if there is none that will do.

    It is made anew 30 days before it ends, when it cannot be read, when the clock is outside of
    its days, and when a host is wanted that it is not for; not for a new address, since a
    fingerprint that changes every few days is compared by nobody. `OSError` when the disk refuses.
    """
    cert_file, key_file = store / CERT_FILE, store / KEY_FILE
    at = now()
    wanted = {plain(host) for host in hosts}
    with suppress(ConfigError):
        found = described(cert_file, key_file, now)
        if found.own and at < found.not_after - RENEWED_BEFORE and wanted <= set(found.names):
            return found
    store.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = made(key, (*own_names(), *sorted(wanted)), at)
    # The key first: with the old certificate it does not fit, and both are made anew.
    write_whole(key_file, pem_of(key), 0o600)
    write_whole(cert_file, leaf.public_bytes(serialization.Encoding.PEM), 0o644)
    return _certificate(cert_file, key_file, leaf)


def described(cert_file: Path, key_file: Path, now: Callable[[], datetime]) -> Certificate:
    """Return what these files hold; `ConfigError` says why a browser would not take them."""
    leaf = _leaf(cert_file)
    key = _key(key_file)
    public = leaf.public_key()
    if key.public_key() != public:
        raise _wrong(
            key_file,
            Text(f"这个私钥与证书 {cert_file} 不配", f"this key does not fit {cert_file}"),
            Text("把与证书一起签发的私钥放在这里", "put the key here that was made for it"),
        )
    weak = isinstance(public, rsa.RSAPublicKey) and public.key_size < SHORTEST_RSA
    if weak or not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise _wrong(
            cert_file,
            Text("浏览器不接受这种密钥", "browsers do not take a key of this kind"),
            Text("用 ECDSA P-256，或至少 2048 位的 RSA", "use ECDSA P-256, or RSA of 2048 bits"),
        )
    at, begins, ends = now(), leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if not begins <= at < ends:
        late = at >= ends
        raise _wrong(
            cert_file,
            Text(
                f"证书已于 {ends:%Y-%m-%d} 过期" if late else f"证书 {begins:%Y-%m-%d} 起才有效",
                f"it ended on {ends:%Y-%m-%d}" if late else f"it begins on {begins:%Y-%m-%d}",
            ),
            Text("换一个有效的证书，并检查时钟", "put a valid one here, and look at the clock"),
        )
    return _certificate(cert_file, key_file, leaf)


def describe(cert_file: Path, key_file: Path | None = None) -> Certificate:
    """Return what a certificate says, valid or not; `ConfigError` when it cannot be read."""
    return _certificate(cert_file, key_file or cert_file.with_suffix(".key"), _leaf(cert_file))


def server_context(cert_file: Path, key_file: Path) -> ssl.SSLContext:
    """Return what a server speaks: Mozilla's intermediate profile; `ConfigError` if unreadable.

    To show a certificate that was renewed, load it into the same context.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.set_ecdh_curve(CURVE)
    # Every cipher of the profile is a good one: the client knows which of them it is fast at.
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        # With a password that is wrong, so that no terminal is asked for the right one.
        context.load_cert_chain(cert_file, key_file, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise _wrong(
            cert_file,
            Text(f"证书与私钥不能使用（{error}）", f"it cannot be used with its key ({error})"),
            Text("检查这两个文件", "look at both files"),
        ) from error
    return context


def _certificate(cert_file: Path, key_file: Path, leaf: x509.Certificate) -> Certificate:
    return Certificate(
        cert_file=cert_file,
        key_file=key_file,
        fingerprint=fingerprint_of(leaf),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        names=names_of(leaf),
        own=is_own(leaf),
    )


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key, unencrypted: for a file that nobody else may read."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def write_whole(path: Path, body: bytes, mode: int) -> None:
    """Write a whole file, or nothing; `OSError` when the disk refuses."""
    with whole_file(path, ".new", mode) as file:
        file.write(body)


def _leaf(path: Path) -> x509.Certificate:
    """Return the first certificate of a chain: that of the server."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError as error:
        raise _wrong(path, _unreadable(error), CHECK_PATH) from error
    except ValueError as error:
        raise _wrong(
            path,
            Text("这不是 PEM 格式的证书", "this is no certificate in PEM"),
            Text("第一个应是服务器的证书，后面是中间证书", "the server's comes first, then others"),
        ) from error


def _key(path: Path) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise _wrong(path, _unreadable(error), CHECK_PATH) from error
    except TypeError as error:
        raise _wrong(
            path,
            Text("私钥有口令", "the key has a passphrase"),
            Text("去掉口令，文件只让网关读取", "take it off; let only the gateway read the file"),
        ) from error
    except ValueError as error:
        raise _wrong(
            path,
            Text("这不是 PEM 格式的私钥", "this is no private key in PEM"),
            Text("检查是不是选错了文件", "check whether this is the right file"),
        ) from error


CHECK_PATH: Final = Text("检查路径与权限", "check the path and its permissions")


def _unreadable(error: OSError) -> Text:
    return Text(f"文件无法读取（{error.strerror}）", f"it cannot be read ({error.strerror})")


def _wrong(file: Path, what: Text, remedy: Text) -> ConfigError:
    problem = Problem(file=str(file), what=what, remedy=remedy)
    return ConfigError(f"{file}: {what.en}; {remedy.en}", (problem,))
