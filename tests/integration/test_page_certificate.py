"""A certificate of the site's own that cannot serve any more: the page is there all the same."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from edge.config import PageSection
from edge.gateway.page import serve_page
from simulators.ports import LOOPBACK, free_port
from tests.fakes.authority import Authority, Signed
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration

ENDED = timedelta(days=-1)


@asynccontextmanager
async def served(house: FakeHouse, store: Path, signed: Signed) -> AsyncIterator[int]:
    """A page that shows a certificate of the site's own; its port."""
    port, listens = free_port(), asyncio.Event()
    section = PageSection.model_validate(
        {
            "listen": {"host": LOOPBACK, "port": port},
            "tls": {"cert_file": str(signed.cert_file), "key_file": str(signed.key_file)},
        }
    )

    async def told(url: str) -> None:
        assert url == f"https://{LOOPBACK}:{port}"
        listens.set()

    async with house.lives():
        page = asyncio.create_task(
            serve_page(
                house.app,
                section,
                store,
                lambda: datetime.now(UTC),
                ending=lambda: None,
                listens=told,
            ),
            name="page",
        )
        async with asyncio.timeout(20):
            await listens.wait()
        yield port
        page.cancel()
        await asyncio.wait([page])


async def name_at(port: int) -> str:
    """Whose certificate a browser is shown."""
    pem = await asyncio.to_thread(ssl.get_server_certificate, (LOOPBACK, port))
    subject = x509.load_pem_x509_certificate(pem.encode()).subject
    return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def shown(tmp_path: Path, cert_file: Path, key_file: Path) -> tuple[str, Sequence[str]]:
    """Whose certificate a browser is shown, and what the log says of the site's own."""
    house = FakeHouse(tmp_path / "site")

    async def main() -> str:
        async with served(house, tmp_path / "var", Signed(cert_file, key_file)) as port:
            return await name_at(port)

    with capture_logs() as lines:
        name = asyncio.run(main())
    return name, [each["reason"] for each in lines if each["event"] == "page.certificate_unfit"]


def test_one_that_was_exchanged_is_shown_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page looks now and then what is there; who connects from then on sees the new one."""
    monkeypatch.setattr("edge.gateway.page.RENEW_S", 0.1)
    authority, house = Authority(tmp_path), FakeHouse(tmp_path / "site")
    own, new = authority.sign("own"), authority.sign("new")

    async def main() -> None:
        async with served(house, tmp_path / "var", own) as port, asyncio.timeout(20):
            assert await name_at(port) == "own"
            await asyncio.to_thread(shutil.copy, new.key_file, own.key_file)
            await asyncio.to_thread(shutil.copy, new.cert_file, own.cert_file)
            while await name_at(port) != "new":  # noqa: ASYNC110 - nobody tells when it is shown
                await asyncio.sleep(0.1)

    asyncio.run(main())


def test_the_page_speaks_what_a_server_of_ours_speaks(tmp_path: Path) -> None:
    """A scanner has looked at such a server: what that does not speak the page does not either."""
    signed, house = Authority(tmp_path).sign("own"), FakeHouse(tmp_path / "site")

    async def spoken(port: int, suite: str) -> bool:
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.maximum_version = ssl.TLSVersion.TLSv1_2
        client.set_ciphers(suite)
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port, ssl=client)
        except OSError:
            return False
        writer.close()
        return True

    async def main() -> list[bool]:
        async with served(house, tmp_path / "var", signed) as port:
            suites = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256")
            return [await spoken(port, suite) for suite in suites]

    assert asyncio.run(main()) == [True, False]


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
