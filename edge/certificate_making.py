"""Makes the certificate that a gateway shows when the site has given it none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MAKER: Final = "Whistle gateway"
"""By what a self-made certificate is told from another."""

LASTS: Final = timedelta(days=365)
"""Mozilla's profile allows one day more."""

BACKDATED: Final = timedelta(days=1)
"""For a browser whose clock is behind."""

LONGEST_NAME: Final = 64
"""Of a common name, by its standard."""

LONGEST_HOST: Final = 253


def plain(host: str) -> str:
    """Return a host as it stands in a certificate: small letters, an address in its short form."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host.casefold()


def made(key: ec.EllipticCurvePrivateKey, hosts: Iterable[str], now: datetime) -> x509.Certificate:
    """Return a certificate for these hosts that is signed by its own key, and signs no other."""
    names = [each for each in dict.fromkeys(map(plain, hosts)) if each.isascii()]
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MAKER),
            x509.NameAttribute(NameOID.COMMON_NAME, names[0][:LONGEST_NAME]),
        ]
    )
    public = key.public_key()
    begins = now - BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LASTS)
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names if name]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def is_own(certificate: x509.Certificate) -> bool:
    """Whether a gateway has made it."""
    makers = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return certificate.subject == certificate.issuer and [m.value for m in makers] == [MAKER]


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the hosts that it is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return its SHA-256 as browsers write it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name[:LONGEST_HOST])


_SIGNS: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
