"""A certificate of the site's own that cannot serve any more: the page is there all the same."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from edge.config import PageSection
from edge.gateway.page import serve_page
from simulators.ports import LOOPBACK, free_port
from tests.fakes.authority import Authority
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration

ENDED = timedelta(days=-1)


def shown(tmp_path: Path, cert_file: Path, key_file: Path) -> tuple[str, Sequence[str]]:
    """Whose certificate a browser is shown, and what the log says of the site's own."""
    house, port, listens = FakeHouse(tmp_path / "site"), free_port(), asyncio.Event()
    section = PageSection.model_validate(
        {
            "listen": {"host": LOOPBACK, "port": port},
            "tls": {"cert_file": str(cert_file), "key_file": str(key_file)},
        }
    )

    async def told() -> None:
        listens.set()

    async def main() -> str:
        async with house.lives():
            page = asyncio.create_task(
                serve_page(
                    house.app,
                    section,
                    tmp_path / "var",
                    lambda: datetime.now(UTC),
                    ending=lambda: None,
                    listens=told,
                ),
                name="page",
            )
            async with asyncio.timeout(20):
                await listens.wait()
            pem = await asyncio.to_thread(ssl.get_server_certificate, (LOOPBACK, port))
            page.cancel()
            await asyncio.wait([page])
        subject = x509.load_pem_x509_certificate(pem.encode()).subject
        return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    with capture_logs() as lines:
        name = asyncio.run(main())
    return name, [each["reason"] for each in lines if each["event"] == "page.certificate_unfit"]


def test_one_that_has_ended_is_shown_all_the_same(tmp_path: Path) -> None:
    """The browser says since when; a technician at night decides, and is not left outside.

    A box whose clock is wrong would otherwise shut its page with a certificate that is good.
    """
    signed = Authority(tmp_path).sign("own", lasts=ENDED)
    assert shown(tmp_path, signed.cert_file, signed.key_file) == ("own", [])


def test_in_the_place_of_one_that_is_none_stands_the_self_made_one(tmp_path: Path) -> None:
    """A file that is damaged, missing, or goes with another key: said in words, and the page is."""
    authority = Authority(tmp_path)
    own, other = authority.sign("own"), authority.sign("other")
    damaged = tmp_path / "damaged.crt"
    damaged.write_bytes(own.cert_file.read_bytes()[:200])
    for cert_file, key_file in (
        (damaged, own.key_file),
        (tmp_path / "gone.crt", own.key_file),
        (own.cert_file, other.key_file),
    ):
        name, [reason, *_] = shown(tmp_path, cert_file, key_file)
        assert name not in {"own", "other"}
        assert str(cert_file) in reason
