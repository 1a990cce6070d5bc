"""The ways in which a camera's pictures can be had, each with what has to be known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.api.ui.add.link_kind import LinkField, LinkKind
from edge.model import Text

_ABOUT: Final = Text("摄像机里的用户名，用只读账号", "of a user of the camera, who need only look")


def _fields(address: Text) -> Sequence[LinkField]:
    return (
        LinkField(name="source.url", label=Text("网址", "Address"), help=address),
        LinkField(
            name="source.username",
            label=Text("用户名", "User name"),
            help=_ABOUT,
            needed=False,
        ),
        LinkField(
            name="source.password_file",
            label=Text("密码文件", "File of the password"),
            help=Text(
                "网关上站点文件夹里的文件名，如 secrets/camera",
                "its name in the site's folder on the gateway, such as secrets/camera",
            ),
            needed=False,
        ),
    )


_BEFORE: Final = Text(
    "在摄像机里建一个只能看的用户；子码流就够用，且省处理器。",
    "In the camera, make a user who may only look; its second stream will do and costs less.",
)

CAMERA_KINDS: Final = (
    LinkKind(
        name="rtsp",
        driver="camera",
        title=Text("摄像机（RTSP）", "Camera over RTSP"),
        about=Text("几乎所有网络摄像机和录像机", "nearly every network camera and recorder"),
        stem="camera",
        fixed={"source": {"type": "rtsp"}},
        fields=_fields(
            Text(
                "如 rtsp://192.168.1.64:554/Streaming/Channels/102，不写用户名和密码",
                "such as rtsp://192.168.1.64:554/Streaming/Channels/102, without user and password",
            )
        ),
        before=_BEFORE,
    ),
    LinkKind(
        name="mjpeg",
        driver="camera",
        title=Text("摄像机（MJPEG）", "Camera over MJPEG"),
        about=Text("网页里就能看到画面的摄像机", "a camera that a browser can show"),
        stem="camera",
        fixed={"source": {"type": "mjpeg"}},
        fields=_fields(Text("如 http://192.168.1.64/video", "such as http://192.168.1.64/video")),
        before=_BEFORE,
    ),
    LinkKind(
        name="snapshot",
        driver="camera",
        title=Text("摄像机（定时取图）", "Camera of which snapshots are fetched"),
        about=Text("只看慢慢变化的东西：通道、垃圾桶", "for what changes slowly: lanes, bins"),
        stem="camera",
        fixed={"source": {"type": "snapshot"}},
        fields=_fields(
            Text("如 http://192.168.1.64/snapshot.jpg", "such as http://192.168.1.64/snapshot.jpg")
        ),
        before=_BEFORE,
    ),
)
