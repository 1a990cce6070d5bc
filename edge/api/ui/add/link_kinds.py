"""Every way in which a device can be connected, each with what has to be known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from edge.api.ui.add.camera_kinds import CAMERA_KINDS
from edge.api.ui.add.link_kind import LinkField, LinkKind
from edge.model import Text

_HOST: Final = LinkField(
    name="transport.host",
    label=Text("地址", "Address"),
    help=Text("设备或串口服务器的 IP，如 192.168.1.50", "its IP address, such as 192.168.1.50"),
)
_BAUD: Final = LinkField(
    name="transport.baud",
    label=Text("波特率", "Baud rate"),
    help=Text(
        "铭牌或说明书上写着，常见 9600", "on the plate or in the manual, 9600 most of the time"
    ),
    usual="9600",
    form="choice",
    whole=True,
    options=[
        (each, Text(each, each)) for each in ("9600", "19200", "4800", "2400", "38400", "115200")
    ],
)
_PARITY: Final = LinkField(
    name="transport.parity",
    label=Text("校验", "Parity"),
    help=Text("8N1 选 N，8E1 选 E", "N for 8N1, E for 8E1"),
    usual="N",
    form="choice",
    options=(
        ("N", Text("无 N", "none, N")),
        ("E", Text("偶 E", "even, E")),
        ("O", Text("奇 O", "odd, O")),
    ),
)
_RS485: Final = Text(
    "A 接 A、B 接 B；两端各一个 120 Ω 电阻；同一总线上每台设备的单元号不同，波特率和校验相同。",
    "A to A and B to B, 120 Ω at both ends; each device on the bus has a unit number of its own,"
    " all the same baud rate and parity.",
)


def _broker(port: str) -> Sequence[LinkField]:
    return (
        LinkField(
            name="broker.host",
            label=Text("消息服务器的地址", "The broker's address"),
            help=Text("小区内网里的 MQTT 服务器", "the MQTT broker in the site's own network"),
        ),
        LinkField(
            name="broker.port", label=Text("端口", "Port"), help=_USUALLY, usual=port, form="number"
        ),
        LinkField(
            name="broker.username",
            label=Text("用户名", "User name"),
            help=Text("服务器不要求就空着", "leave it empty where the broker wants none"),
            needed=False,
        ),
        LinkField(
            name="broker.password_file",
            label=Text("密码文件", "File of the password"),
            help=Text(
                "网关上站点文件夹里的文件名，如 secrets/mqtt；密码不经过页面",
                "its name in the site's folder on the gateway, such as secrets/mqtt; a password"
                " never goes through the page",
            ),
            needed=False,
        ),
    )


_USUALLY: Final = Text("通常如此", "usually this one")

_TCP: Final = LinkKind(
    name="tcp",
    driver="modbus",
    title=Text("Modbus TCP", "Modbus TCP"),
    about=Text(
        "有网口的监测盒、电表、控制器，或 Modbus 网关",
        "a box, meter or controller with a network socket, or a Modbus gateway",
    ),
    stem="modbus",
    fixed={"transport": {"type": "tcp"}},
    fields=(
        _HOST,
        LinkField(
            name="transport.port",
            label=Text("端口", "Port"),
            help=_USUALLY,
            usual="502",
            form="number",
        ),
    ),
    before=Text("在网关上能 ping 通这个地址。", "The gateway can ping that address."),
)
_RTU_OVER_TCP: Final = LinkKind(
    name="rtu_over_tcp",
    driver="modbus",
    title=Text("串口服务器后的 RS-485 总线", "RS-485 behind a serial server"),
    about=Text("总线经串口服务器（透传）接入网络", "a bus that a serial server passes on"),
    stem="bus",
    fixed={"transport": {"type": "rtu_over_tcp"}},
    fields=(
        _HOST,
        LinkField(
            name="transport.port",
            label=Text("端口", "Port"),
            help=Text(
                "串口服务器里这个串口的 TCP 端口，如 4001",
                "the TCP port of that serial port in the serial server, such as 4001",
            ),
            usual="4001",
            form="number",
        ),
    ),
    before=_RS485,
)
_RTU: Final = LinkKind(
    name="rtu",
    driver="modbus",
    title=Text("网关自己的串口", "A serial port of this gateway"),
    about=Text("RS-485 总线直接接在网关上", "an RS-485 bus wired to the gateway itself"),
    stem="bus",
    fixed={"transport": {"type": "rtu"}},
    fields=(
        LinkField(
            name="transport.port",
            label=Text("串口", "Serial port"),
            help=Text("如 /dev/ttyS1、/dev/ttyUSB0", "such as /dev/ttyS1 or /dev/ttyUSB0"),
            usual="/dev/ttyS1",
        ),
        _BAUD,
        _PARITY,
    ),
    before=_RS485,
)
_DIAL_IN: Final = LinkKind(
    name="dial_in",
    driver="modbus",
    title=Text("拨入的 4G 盒（DTU）", "A 4G box that dials in"),
    about=Text("盒子连到网关，网关再问它", "the box calls the gateway, which then asks it"),
    stem="box",
    fixed={"transport": {"type": "dial_in"}},
    fields=(
        LinkField(
            name="transport.listen",
            label=Text("网关的端口", "Port of the gateway"),
            help=Text(
                "盒子里填的端口；每个盒子一个",
                "the port that the box is set to; one for each box",
            ),
            usual="15020",
            form="number",
        ),
        LinkField(
            name="transport.registration",
            label=Text("注册包", "Registration"),
            help=Text(
                "盒子先发的内容，通常是 IMEI；不知道就空着，它拨入后会显示",
                "what the box says first, often its IMEI; leave it empty when you do not know,"
                " it is shown when the box calls",
            ),
            needed=False,
        ),
    ),
    before=Text(
        "盒子里填网关的公网地址和端口；网络放行这个端口。",
        "The box is set to this gateway's address and port, which the network lets through.",
    ),
)
_GB26875: Final = LinkKind(
    name="gb26875",
    driver="gb26875",
    title=Text("用户信息传输装置（GB/T 26875.3）", "Fire transmission device (GB/T 26875.3)"),
    about=Text("消防主机的传输装置连到网关", "the transmission device of a fire panel calls here"),
    stem="fire",
    fixed={},
    fields=(
        LinkField(
            name="listen.port",
            label=Text("网关的端口", "Port of the gateway"),
            help=Text(
                "装置里填的端口；标准没有规定",
                "the port that the device is set to; no standard",
            ),
            usual="5200",
            form="number",
        ),
        LinkField(
            name="dialect",
            label=Text("写法", "Dialect"),
            help=Text("不清楚就选标准", "take the standard one when in doubt"),
            usual="std",
            form="choice",
            options=(
                ("std", Text("标准", "standard")),
                ("dgiot", Text("dgiot", "dgiot")),
                ("dahua-bcd", Text("大华", "Dahua")),
            ),
        ),
    ),
    before=Text(
        "装置里的上报中心填网关的地址和这个端口。",
        "In the device, the centre it reports to is the gateway's address and this port.",
    ),
)
_MQTT_JSON: Final = LinkKind(
    name="mqtt_json",
    driver="mqtt_json",
    title=Text("MQTT 传感器", "MQTT sensors"),
    about=Text(
        "呼叫按钮、垃圾桶、地磁、水压、烟感等", "call buttons, bins, parking, pressure, smoke"
    ),
    stem="sensors",
    fixed={},
    fields=_broker("1883"),
    before=Text("传感器向这台服务器发 JSON。", "The sensors publish JSON on this broker."),
)
_MQTT_GATE: Final = LinkKind(
    name="mqtt_gate",
    driver="mqtt_gate",
    title=Text("人脸门禁（MQTT）", "Face gates (MQTT)"),
    about=Text("“终端 MQTT 协议”一族的门禁", "gates of the Terminal MQTT Protocol family"),
    stem="gates",
    fixed={},
    fields=_broker("1883"),
    before=Text("门禁里填这台服务器。", "The gates are set to this broker."),
)

LINK_KINDS: Final[Mapping[str, LinkKind]] = {
    each.name: each
    for each in (
        *(_TCP, _RTU_OVER_TCP, _RTU, _DIAL_IN, _GB26875, _MQTT_JSON, _MQTT_GATE),
        *CAMERA_KINDS,
    )
}
