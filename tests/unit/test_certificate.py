"""The page's certificate: made when it is needed, renewed in time, a site's own one looked at."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from edge.certificate import (
    CERT_FILE,
    KEY_FILE,
    Certificate,
    describe,
    described,
    ensure_certificate,
    server_context,
)
from edge.certificate_making import made
from edge.errors import ConfigError
from edge.own_names import own_names
from tests.fakes.access import START, TurnedClock

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
OPEN = serialization.NoEncryption()


def _leaf(certificate: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.cert_file.read_bytes())


def test_a_certificate_is_made_on_the_box(tmp_path: Path) -> None:
    """P-256, signed by itself, for a server only; the key for nobody else to read."""
    clock = TurnedClock()
    found = ensure_certificate(tmp_path / "new", ["gw.example", "10.1.2.3"], clock)
    leaf = _leaf(found)
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert leaf.subject == leaf.issuer
    leaf.verify_directly_issued_by(leaf)
    extensions = leaf.extensions
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert stat.S_IMODE(found.key_file.stat().st_mode) == 0o600
    assert found.own
    assert len(list(found.key_file.parent.iterdir())) == 2


def test_it_is_for_every_name_of_the_machine(tmp_path: Path) -> None:
    """Its name, localhost, each of its addresses, and what the site file adds; each once."""
    found = ensure_certificate(tmp_path, ["GW.Example", "10.1.2.3", "localhost"], TurnedClock())
    for name in (*own_names(), "gw.example", "10.1.2.3"):
        assert found.names.count(name.casefold()) == 1
    names = _leaf(found).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ip_address("127.0.0.1") in names.get_values_for_type(x509.IPAddress)
    assert "10.1.2.3" not in names.get_values_for_type(x509.DNSName)


def test_it_lasts_no_longer_than_browsers_take(tmp_path: Path) -> None:
    """At most 365 days, from yesterday on, for a browser whose clock is behind."""
    found = ensure_certificate(tmp_path, [], TurnedClock())
    assert found.not_before == START - timedelta(days=1)
    assert found.not_after - found.not_before == timedelta(days=365)


def test_its_fingerprint_is_written_as_browsers_write_it(tmp_path: Path) -> None:
    """So that the console and the warning of the browser are compared at a glance."""
    found = ensure_certificate(tmp_path, [], TurnedClock())
    pairs = found.fingerprint.split(":")
    assert bytes.fromhex("".join(pairs)) == _leaf(found).fingerprint(hashes.SHA256())
    assert (len(pairs), found.fingerprint) == (32, found.fingerprint.upper())


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        (lambda _, __: None, "no"),
        (lambda clock, _: clock.turn(days=333), "no"),
        (lambda clock, _: clock.turn(days=334), "yes"),
        (lambda clock, _: clock.turn(days=4_000), "yes"),
        (lambda clock, _: clock.turn(days=-4_000), "yes"),
        (lambda _, store: (store / CERT_FILE).unlink(), "yes"),
        (lambda _, store: (store / KEY_FILE).unlink(), "yes"),
        (lambda _, store: (store / CERT_FILE).write_bytes(b""), "yes"),
        (lambda _, store: (store / KEY_FILE).write_bytes(b"nonsense"), "yes"),
        (lambda _, store: (store / KEY_FILE).write_bytes(_key(ec.SECP256R1())), "yes"),
        (lambda _, store: (store / f"{KEY_FILE}.new").write_bytes(b"half"), "no"),
    ],
)
def test_it_is_made_anew_when_it_will_not_do(
    tmp_path: Path, change: Callable[[TurnedClock, Path], object], anew: str
) -> None:
    """30 days before it ends, outside of its days, damaged, with another's key; else it stays."""
    clock = TurnedClock()
    before = ensure_certificate(tmp_path, ["a"], clock)
    change(clock, tmp_path)
    after = ensure_certificate(tmp_path, ["a"], clock)
    assert (after.fingerprint != before.fingerprint) is (anew == "yes")
    assert after.not_before <= clock.at < after.not_after - timedelta(days=30)
    assert described(after.cert_file, after.key_file, clock) == after


def test_a_further_name_makes_it_anew_and_a_new_address_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fingerprint that changed with each lease of an address would be compared by nobody."""
    clock = TurnedClock()
    before = ensure_certificate(tmp_path, ["a"], clock)
    monkeypatch.setattr("edge.certificate.own_names", lambda: ("host", "10.9.9.9"))
    assert ensure_certificate(tmp_path, ["a"], clock) == before
    assert ensure_certificate(tmp_path, [], clock) == before
    after = ensure_certificate(tmp_path, ["a", "b"], clock)
    assert after.fingerprint != before.fingerprint
    assert after.names == ("host", "a", "b", "10.9.9.9")


def test_a_power_cut_half_way_makes_both_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new key with the old certificate: nobody is shown a certificate that cannot be used."""
    clock = TurnedClock()
    ensure_certificate(tmp_path, [], clock)
    clock.turn(days=340)
    real, done = os.fsync, []

    def cut(file: int) -> None:
        real(file)
        done.append(file)
        if len(done) == 3:
            raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        with pytest.raises(OSError, match="power"):
            ensure_certificate(tmp_path, [], clock)
    with pytest.raises(ConfigError, match="does not fit"):
        described(tmp_path / CERT_FILE, tmp_path / KEY_FILE, clock)
    found = ensure_certificate(tmp_path, [], clock)
    server_context(found.cert_file, found.key_file)


def _key(curve: ec.EllipticCurve) -> bytes:
    return ec.generate_private_key(curve).private_bytes(PEM, PKCS8, OPEN)


def _site_own(folder: Path, key: object = None, begins: int = -1, name: str = "gw") -> Path:
    """Put a certificate of the site's own into a folder."""
    private = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    leaf = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())  # type: ignore[attr-defined]
        .serial_number(7)
        .not_valid_before(START + timedelta(days=begins))
        .not_valid_after(START + timedelta(days=begins + 90))
        .sign(private, None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256())  # type: ignore[arg-type]
    )
    (folder / "own.crt").write_bytes(leaf.public_bytes(PEM))
    (folder / "own.key").write_bytes(private.private_bytes(PEM, PKCS8, OPEN))  # type: ignore[attr-defined]
    return folder


def _encrypted(folder: Path) -> None:
    _site_own(folder)
    key = serialization.load_pem_private_key((folder / "own.key").read_bytes(), None)
    locked = key.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"secret"))
    (folder / "own.key").write_bytes(locked)


def test_a_site_s_own_certificate_is_taken(tmp_path: Path) -> None:
    """With its chain behind it; it is said that it is not self-made by a gateway."""
    _site_own(tmp_path)
    chain = ensure_certificate(tmp_path / "other", [], TurnedClock()).cert_file.read_bytes()
    with (tmp_path / "own.crt").open("ab") as file:
        file.write(chain)
    found = described(tmp_path / "own.crt", tmp_path / "own.key", TurnedClock())
    assert (found.own, found.names) == (False, ())
    assert found.not_after == START + timedelta(days=89)
    server_context(found.cert_file, found.key_file)


@pytest.mark.parametrize(
    ("put", "file", "words"),
    [
        (lambda _: None, "own.crt", "cannot be read"),
        (lambda f: (f / "own.crt").mkdir(), "own.crt", "cannot be read"),
        (lambda f: (f / "own.crt").write_bytes(b"x"), "own.crt", "no certificate in PEM"),
        (lambda f: (_site_own(f) / "own.key").unlink(), "own.key", "cannot be read"),
        (
            lambda f: (_site_own(f) / "own.key").write_bytes(b"x"),
            "own.key",
            "no private key in PEM",
        ),
        (
            lambda f: (_site_own(f) / "own.key").write_bytes(_key(ec.SECP256R1())),
            "own.key",
            "does not fit",
        ),
        (_encrypted, "own.key", "has a passphrase"),
        (lambda f: _site_own(f, begins=-91), "own.crt", "it ended on 2026-02-28"),
        (lambda f: _site_own(f, begins=2), "own.crt", "it begins on 2026-03-03"),
        (
            lambda f: _site_own(f, rsa.generate_private_key(65537, 1024)),  # noqa: S505 - meant
            "own.crt",
            "do not take a key of this kind",
        ),
        (
            lambda f: _site_own(f, ed25519.Ed25519PrivateKey.generate()),
            "own.crt",
            "do not take a key of this kind",
        ),
    ],
)
def test_a_certificate_that_cannot_serve_is_told_in_words(
    tmp_path: Path, put: Callable[[Path], object], file: str, words: str
) -> None:
    """Which file, what is wrong with it, what would be right, in both languages."""
    put(tmp_path)
    with pytest.raises(ConfigError, match=words) as told:
        described(tmp_path / "own.crt", tmp_path / "own.key", TurnedClock())
    [problem] = told.value.problems
    assert problem.file == str(tmp_path / file)
    assert problem.what.zh != problem.what.en
    assert problem.remedy.zh


def test_one_that_has_ended_can_be_looked_at(tmp_path: Path) -> None:
    """The page shows what is wrong with it instead of hiding it."""
    _site_own(tmp_path, begins=-200)
    assert describe(tmp_path / "own.crt").not_after == START - timedelta(days=110)


def test_no_terminal_is_asked_for_a_passphrase(tmp_path: Path) -> None:
    """A key with a passphrase is an error, not a daemon that waits for somebody to type."""
    _encrypted(tmp_path)
    with pytest.raises(ConfigError, match="cannot be used with its key"):
        server_context(tmp_path / "own.crt", tmp_path / "own.key")
    with pytest.raises(ConfigError, match="cannot be used with its key"):
        server_context(tmp_path / "none.crt", tmp_path / "none.key")


def test_what_a_server_speaks(tmp_path: Path) -> None:
    """TLS 1.2 at least, six suites with forward secrecy, the client's preference."""
    found = ensure_certificate(tmp_path, [], TurnedClock())
    context = server_context(found.cert_file, found.key_file)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    older = [each for each in context.get_ciphers() if each["protocol"] != "TLSv1.3"]
    assert len(older) == 6
    assert all(each["name"].startswith("ECDHE-") and each["aead"] for each in older)
    assert not context.options & ssl.OP_CIPHER_SERVER_PREFERENCE
    assert context.options & ssl.OP_NO_COMPRESSION
    assert context.options & ssl.OP_NO_RENEGOTIATION


def test_a_name_that_no_certificate_can_have_is_left_out() -> None:
    """A machine called 网关 gets a certificate for its addresses all the same."""
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = made(key, ["网关", "x" * 300, "::1", "0:0:0:0:0:0:0:1", "gw"], START)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["x" * 253, "gw"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("::1")]
