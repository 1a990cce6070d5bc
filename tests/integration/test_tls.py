"""The page's TLS, looked at from outside: by a scanner, and by clients of each kind."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.certificate import Certificate, ensure_certificate, server_context
from tests.fakes.servers import require_tool

SCAN_S = 50.0


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _server(context: ssl.SSLContext) -> AsyncIterator[int]:
    """Answer every request over TLS; yield the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _scanned(sslyze: Path, certificate: Certificate, *more: str) -> tuple[int, str]:
    context = server_context(certificate.cert_file, certificate.key_file)
    async with _server(context) as port:
        scan = await asyncio.create_subprocess_exec(
            sslyze,
            "--mozilla_config=intermediate",
            *more,
            f"127.0.0.1:{port}",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(SCAN_S):
            said, _ = await scan.communicate()
    assert scan.returncode is not None
    return scan.returncode, said.decode()


def test_it_complies_with_mozilla_s_intermediate_profile(tmp_path: Path) -> None:
    """Versions, suites, curves, certificate and known attacks, as sslyze compares them.

    The profile asks for a chain that is trusted: whoever has compared the fingerprint trusts this
    certificate, so it is given as an anchor. Without that its trust is the one thing amiss.
    """
    sslyze = require_tool("sslyze")
    certificate = ensure_certificate(tmp_path, [], _now)
    anchor = f"--certinfo_ca_file={certificate.cert_file}"
    status, said = asyncio.run(_scanned(sslyze, certificate, anchor))
    assert "OK - Compliant" in said, said
    assert status == 0
    status, said = asyncio.run(_scanned(sslyze, certificate))
    _, _, verdict = said.partition("FAILED - Not compliant.")
    amiss = [line.split(":")[0] for line in verdict.splitlines() if line.strip()]
    assert (status, amiss) == (1, ["        * certificate_path_validation"])


async def _spoken(port: int, client: ssl.SSLContext) -> tuple[str | None, str | None, bytes]:
    """The version, the protocol, and the answer that a client gets."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    answer = await reader.read()
    spoken: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.close()
    return spoken.version(), spoken.selected_alpn_protocol(), answer[-2:]


def _client(certificate: Certificate, *versions: ssl.TLSVersion) -> ssl.SSLContext:
    client = ssl.create_default_context(cafile=certificate.cert_file)
    client.set_alpn_protocols(["h2", "http/1.1"])
    if versions:
        client.minimum_version, client.maximum_version = versions
    return client


def test_a_client_that_trusts_the_certificate_gets_through(tmp_path: Path) -> None:
    """By address, by TLS 1.2 and 1.3, with HTTP/1.1; the name is compared like any other."""
    certificate = ensure_certificate(tmp_path, [], _now)

    async def main() -> list[tuple[str | None, str | None, bytes]]:
        context = server_context(certificate.cert_file, certificate.key_file)
        async with _server(context) as port:
            newest = await _spoken(port, _client(certificate))
            two = ssl.TLSVersion.TLSv1_2
            older = await _spoken(port, _client(certificate, two, two))
            return [newest, older]

    assert asyncio.run(main()) == [
        ("TLSv1.3", "http/1.1", b"ok"),
        ("TLSv1.2", "http/1.1", b"ok"),
    ]


def test_who_has_not_seen_the_certificate_does_not_trust_it(tmp_path: Path) -> None:
    """A browser warns, as it has to: that is when the fingerprint is compared."""
    certificate = ensure_certificate(tmp_path, [], _now)

    async def main() -> None:
        context = server_context(certificate.cert_file, certificate.key_file)
        async with _server(context) as port:
            with pytest.raises(ssl.SSLCertVerificationError):
                await _spoken(port, ssl.create_default_context())

    asyncio.run(main())


def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    """Loaded into the context that serves: the next connection sees it."""
    first = ensure_certificate(tmp_path, [], lambda: _now() - timedelta(days=340))

    async def shown(port: int) -> str:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=_blind())
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return ssl.DER_cert_to_PEM_cert(found)

    async def main() -> tuple[str, str]:
        context = server_context(first.cert_file, first.key_file)
        async with _server(context) as port:
            before = await shown(port)
            renewed = await asyncio.to_thread(ensure_certificate, tmp_path, [], _now)
            await asyncio.to_thread(context.load_cert_chain, renewed.cert_file, renewed.key_file)
            return before, await shown(port)

    before, after = asyncio.run(main())
    assert before != after
    assert after == first.cert_file.read_text()


def _blind() -> ssl.SSLContext:
    """A client that looks at whatever it is shown."""
    client = ssl.create_default_context()
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    return client
