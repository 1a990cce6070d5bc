"""The sections of a site file as a person looks through them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.api.ui.change.items import items
from edge.files.yaml_file import Document, parse
from edge.model import Text
from edge.versions import Files

_NONE: Final = Text("", "")

Form: TypeAlias = Literal["list", "names", "one"]
"""Items one after the other; things by name; one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section: what it is called, what it is for, and what one of its items is called."""

    name: str
    form: Form
    title: Text
    about: Text
    item: Text = _NONE
    begin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A section of one file: how many items it has, and where it is written; 0 for not at all."""

    section: Section
    count: int
    line: int


def summaries(files: Files) -> tuple[Summary, ...]:
    """Every section, written or not, in the order in which a site is set up."""
    document = parse(files.text(), files.site)
    return tuple(_summary(document, files, each) for each in SECTIONS.values())


def _summary(document: Document, files: Files, section: Section) -> Summary:
    there = document.at((section.name,)) is not None
    line = document.mark((section.name,), key=True).line if there else 0
    count = len(items(files, section.name)) if section.form != "one" else int(there)
    return Summary(section=section, count=count, line=line)


_SECTIONS: Final = (
    Section(
        name="site",
        form="one",
        title=Text("小区", "Site"),
        about=Text("名称、时区、语言", "its name, time zone and language"),
    ),
    Section(
        name="gateway",
        form="one",
        title=Text("网关", "Gateway"),
        about=Text("网关的名字、数据存放处", "its name, and where it keeps its records"),
    ),
    Section(
        name="page",
        form="one",
        title=Text("本页面", "This page"),
        about=Text("端口、证书", "its port and certificate"),
    ),
    Section(
        name="buildings",
        form="list",
        title=Text("楼栋", "Buildings"),
        about=Text("楼栋、楼层、单元", "buildings, their floors and units"),
        item=Text("楼栋", "building"),
        begin=(
            "id: b4\nname: {zh: 4号楼, en: Building 4}\nfloors: {from: -1, to: 18}\nunits:\n"
            "  - {id: u1, name: {zh: 1单元, en: Unit 1}}\n"
        ),
    ),
    Section(
        name="links",
        form="list",
        title=Text("链路", "Links"),
        about=Text("到设备的路：串口服务器、串口、消息服务器、端口", "the ways to devices"),
        item=Text("链路", "link"),
        begin=(
            "id: bus-1\ndriver: modbus\ntransport: {type: tcp, host: 192.168.1.50, port: 502}\n"
        ),
    ),
    Section(
        name="devices",
        form="list",
        title=Text("设备", "Devices"),
        about=Text(
            "每台设备：链路、型号、地址、位置", "each device: link, profile, address, place"
        ),
        item=Text("设备", "device"),
        begin=(
            "id: lift-1\nlink: bus-1\nprofile: lifts/ba_box\n"
            "name: {zh: 1号楼电梯, en: Lift of building 1}\naddress: {unit: 1}\n"
            "location: {building: b1, unit: u1, text: 电梯}\n"
        ),
    ),
    Section(
        name="alarms",
        form="list",
        title=Text("本站点的报警", "Alarms of this site"),
        about=Text("代替或补充型号的报警", "in place of the profiles' alarms, or beside them"),
        item=Text("报警", "alarm"),
        begin=(
            "id: full\ndevices: [bin-1]\nwhen: {point: fill_percent, above: 85}\nfor: 5min\n"
            "deadband: 20\ncategory: waste.full\nseverity: 200\nlane: info\n"
            "text: {zh: 垃圾桶满溢, en: Waste bin is full}\n"
        ),
    ),
    Section(
        name="rules",
        form="list",
        title=Text("规则", "Rules"),
        about=Text("几个点、几件事合起来", "what several points and events say together"),
        item=Text("规则", "rule"),
    ),
    Section(
        name="schedules",
        form="names",
        title=Text("时段", "Times of the day"),
        about=Text("规则用的时段，如夜间", "for rules, such as the night"),
        item=Text("时段", "time of the day"),
        begin="{from: '22:00', to: '06:00'}\n",
    ),
    Section(
        name="calendar",
        form="names",
        title=Text("日历", "Calendar"),
        about=Text("日期列表，如节假日", "lists of days, such as holidays"),
        item=Text("日期列表", "list of days"),
        begin="[2026-10-01, 2026-10-02]\n",
    ),
    Section(
        name="suppressions",
        form="list",
        title=Text("定期测试与维护", "Tests and maintenance"),
        about=Text("按时段不叫人", "times in which alarms call nobody"),
        item=Text("测试或维护", "test or maintenance"),
        begin=(
            "id: monthly_test\nwhy: test\nschedule: night\ndevice: fire-1\n"
            "reason: 每月测试 / monthly test\n"
        ),
    ),
    Section(
        name="watch",
        form="names",
        title=Text("内置规则的选项", "Options of built-in rules"),
        about=Text("只写与默认不同之处", "only what differs from the defaults"),
        item=Text("内置规则", "built-in rule"),
    ),
    Section(
        name="vision",
        form="one",
        title=Text("摄像机的公共设置", "What cameras share"),
        about=Text("识别用的模型、画面保留多久", "the models, and how long pictures are kept"),
    ),
    Section(
        name="policies",
        form="list",
        title=Text("处置规则", "Policies"),
        about=Text("报警成为什么问题、什么通知", "which issue and which notice an alarm becomes"),
        item=Text("处置规则", "policy"),
        begin=(
            "alarms: water.*\nissue:\n  category: equipment\n"
            "  title: {zh: '水泵房：{device}', en: 'Pump room: {device}'}\n"
            "  parties: [property]\n"
        ),
    ),
    Section(
        name="commands",
        form="one",
        title=Text("远程命令", "Commands from afar"),
        about=Text(
            "平台可以命令什么；默认什么都不行", "what a platform may command; by default nothing"
        ),
    ),
    Section(
        name="uplinks",
        form="list",
        title=Text("上行", "Uplinks"),
        about=Text("事件送往的平台", "the platforms that events are sent to"),
        item=Text("上行", "uplink"),
        begin="id: platform\ntype: mqtt\nbroker: {host: 192.168.1.2, port: 1883}\n",
    ),
    Section(
        name="history",
        form="one",
        title=Text("历史数据", "History"),
        about=Text(
            "读数在本机保留多少、多久", "how much of the readings is kept, and for how long"
        ),
    ),
    Section(
        name="series",
        form="one",
        title=Text("时序数据库", "Database of readings"),
        about=Text("InfluxDB 或同类，供 Grafana 用", "InfluxDB or its like, for Grafana"),
    ),
    Section(
        name="updates",
        form="one",
        title=Text("升级", "Updates"),
        about=Text(
            "平台提供的升级可以从哪台服务器下载",
            "from which server releases may be fetched that the platform offers",
        ),
    ),
)

SECTIONS: Final[Mapping[str, Section]] = {each.name: each for each in _SECTIONS}
"""Every section that a site file may have; a test sees that none is missing."""
