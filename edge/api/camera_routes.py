"""Cameras: how they are, and a picture of now in which nobody can be known."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import Seldom, note
from edge.api.camera_documents import CameraView
from edge.api.camera_now import CameraNow, camera_now, cameras_of
from edge.api.evidence_routes import PRIVATE
from edge.api.house import House
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.stills import Stills
from edge.api.ui.device.reasons import link_reason
from edge.errors import CommandRejected, LinkDown
from edge.model import Text
from edge.vision.words import Seen

VIEWED: Final = "camera.viewed"

VIEWED_ONCE_IN: Final = timedelta(hours=1)
"""Whoever watches a camera is noted once in this time, for each camera: a picture comes every two
seconds, and an audit log of pictures would hide everything else in it."""

MOST_BOXES: Final = 40
"""Told with a picture, in its header; a crowd is one by then."""

Width = Annotated[int, Query(ge=160, le=1920, description="At most; the picture may be smaller.")]

_PICTURE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {}}, "description": "The picture."},
}


def camera_routes(house: House) -> APIRouter:
    """The routes under `/cameras`."""
    routes = api_routes("/cameras", tag="cameras")

    @routes.get("")
    async def cameras(who: Annotated[Principal, may("look")]) -> tuple[CameraView, ...]:
        """Every camera, in the order of the site file."""
        sight, running = Sight(house.site, who), house.running
        detector = _detector(house)
        found = (each for each in cameras_of(running) if sight.device(each.device))
        return tuple(CameraView.of(each, detector) for each in found)

    @routes.get("/{name}")
    async def camera(name: str, who: Annotated[Principal, may("look")]) -> CameraView:
        """How one camera is."""
        return CameraView.of(camera_named(house, who, name), _detector(house))

    @routes.get("/{name}/still", response_class=Response, responses=_PICTURE)
    async def still(
        name: str, request: Request, who: Annotated[Principal, may("inspect")], width: Width = 960
    ) -> Response:
        """A picture of now; the headers say when it was taken, and where what is followed is."""
        found = camera_named(house, who, name)
        if found.driver is None:
            raise problem(
                HTTPStatus.SERVICE_UNAVAILABLE, *_words(_why_not(found)), code="camera-offline"
            )
        await noted(request, who, found.device.id)
        stills: Stills = request.app.state.stills
        try:
            seen = await stills.of(found.driver, width)
        except (CommandRejected, LinkDown) as error:
            raise problem(
                HTTPStatus.SERVICE_UNAVAILABLE, str(error), str(error), code="no-picture"
            ) from None
        return Response(seen.jpeg, media_type="image/jpeg", headers=_told(seen))

    return routes


def camera_named(house: House, who: Principal, name: str) -> CameraNow:
    """The camera; a problem with status 404 where there is none that may be seen."""
    found = camera_now(house.running, Sight(house.site, who).find(name))
    if found is None:
        raise problem(HTTPStatus.NOT_FOUND, "这台设备不是摄像机", "that device is no camera")
    return found


async def noted(request: Request, who: Principal, camera: str) -> None:
    """Return when it is on disk who watches a camera: once an hour for each person and camera."""
    house: House = request.app.state.house
    seldom: Seldom = request.app.state.seldom
    if seldom.due(f"{VIEWED}:{who.door}:{who.name}:{camera}", house.now(), VIEWED_ONCE_IN):
        await note(request, who, VIEWED, camera)


def _detector(house: House) -> str:
    """The model that finds objects for all cameras that name none."""
    vision = house.running.configuration.vision
    return "" if vision.detector == "off" else vision.objects


def _why_not(camera: CameraNow) -> Text:
    reason = camera.link.reason if camera.link else ""
    if not reason:
        return Text("摄像机还没有连上", "the camera has not connected yet")
    known = link_reason(reason)
    return Text(
        f"摄像机离线：{known.what.zh}；{known.remedy.zh}",
        f"the camera is offline: {known.what.en}; {known.remedy.en}",
    )


def _words(text: Text) -> tuple[str, str]:
    return text.zh, text.en


def _told(seen: Seen) -> dict[str, str]:
    """What goes with a picture; ASCII, as headers are."""
    boxes = [
        {"label": label, "box": [round(part, 4) for part in box]}
        for label, box in seen.boxes[:MOST_BOXES]
    ]
    return {
        **PRIVATE,
        "x-picture-at": seen.at.isoformat(),
        "x-picture-blurred": seen.blurred,
        "x-picture-boxes": json.dumps(boxes, separators=(",", ":")),
    }
