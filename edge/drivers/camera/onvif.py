"""Asking a camera over ONVIF: by its own clock, at an address from which it can be reached."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from edge.driver import Now
from edge.drivers.camera import notifications, soap
from edge.drivers.camera.codec import Garbled
from edge.drivers.camera.http import ANSWERS_S, Request, Web, asked
from edge.drivers.camera.soap import Question
from edge.drivers.camera.xml_tree import Element
from edge.errors import LinkDown

REFUSALS: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR})
"""A refusal in SOAP comes with one of these, and says why."""


class Onvif:
    """One camera's services; each question is a connection of its own.

    Every method raises `LinkDown` or `OSError` when the camera cannot be asked, and `LinkDown`
    with its own words when it refuses.
    """

    def __init__(self, web: Web, now: Now) -> None:
        self._web = web
        self._now = now
        self._ahead = timedelta(0)
        self._services: Element | None = None

    async def meet(self) -> None:
        """Learn its clock, which passwords are proved by, and its services."""
        clock = soap.clock_of(await self._asked(soap.CLOCK, self._web.url, known=False))
        if clock is not None:
            self._ahead = clock - self._now()
        self._services = await self.ask(soap.SERVICES)

    def service(self, name: str) -> str:
        """Where a service is; `LinkDown` where the camera has none of that name."""
        address = soap.service_of(self._services, name) if self._services is not None else ""
        if not address:
            raise LinkDown(f"the camera has no ONVIF service {name}")
        return self.reachable(address)

    async def ask(self, question: Question, at: str = "") -> Element:
        """Put a question to a service, or to the device itself; return what its answer says."""
        return await self._asked(question, at or self._web.url, known=True)

    def reachable(self, address: str) -> str:
        """An address that the camera has told, at the host under which it is known here.

        A camera behind a router, or one that was moved, tells one that leads nowhere.
        """
        try:
            told, known = urlsplit(address), urlsplit(self._web.url)
            same = told.hostname == known.hostname
        except ValueError:
            raise LinkDown("the camera tells an address that is none") from None
        if told.scheme not in {"http", "https"}:
            raise LinkDown("the camera tells an address that is none")
        if same:
            return address
        return urlunsplit((known.scheme, known.netloc, told.path, told.query, ""))

    async def _asked(self, question: Question, at: str, *, known: bool) -> Element:
        login = self._web.login if known else None
        body = soap.envelope(
            question,
            to=at,
            number=f"urn:uuid:{uuid.uuid4()}",
            proof=soap.Proof(login=login, created=self._now() + self._ahead, nonce=_nonce()),
        )
        headers = {
            "Content-Type": f'application/soap+xml; charset=utf-8; action="{question.action}"'
        }
        request = Request(
            url=at,
            method="POST",
            headers=headers,
            body=body,
            read=REFUSALS,
            patience_s=question.waits_s + ANSWERS_S,
        )
        async with asked(self._web, request) as answer:
            raw = await answer.whole()
        try:
            return soap.body_of(raw)
        except Garbled as wrong:
            raise LinkDown(str(wrong)) from None


def _nonce() -> bytes:
    return secrets.token_bytes(16)


class Subscription:
    """What a camera keeps for us of what it finds, until it is given back."""

    def __init__(self, onvif: Onvif, at: str, reference: Sequence[Element]) -> None:
        self._onvif = onvif
        self._at = at
        self._reference = reference

    async def pull(self) -> Element:
        """What there is to tell; the camera waits for something up to twenty seconds."""
        return await self._onvif.ask(notifications.pull(self._reference), self._at)

    async def renew(self) -> None:
        """Have it live on."""
        await self._onvif.ask(notifications.renew(self._reference), self._at)

    async def end(self) -> None:
        """Give it back: a camera has room for few."""
        await self._onvif.ask(notifications.unsubscribe(self._reference), self._at)


async def subscribed(onvif: Onvif) -> Subscription:
    """Have the camera keep what it finds for us."""
    body = await onvif.ask(notifications.SUBSCRIBE, onvif.service("Events"))
    try:
        at, reference = notifications.subscription_of(body)
    except Garbled as wrong:
        raise LinkDown(str(wrong)) from None
    return Subscription(onvif, onvif.reachable(at), reference)
