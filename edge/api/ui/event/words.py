"""What each kind of event is called, and the words in which its parts are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.model import Text

KINDS: Final[Mapping[str, Text]] = {
    "alarm.raised": Text("报警发生", "Alarm raised"),
    "alarm.cleared": Text("报警解除", "Alarm cleared"),
    "alarm.updated": Text("报警变化", "Alarm changed"),
    "alarm.acknowledged": Text("报警确认", "Alarm acknowledged"),
    "alarm.shelved": Text("报警搁置", "Alarm shelved"),
    "alarm.unshelved": Text("取消搁置", "Alarm unshelved"),
    "alarm.reset": Text("报警复位", "Alarm reset"),
    "alarm.escalated": Text("升级通知", "Escalated"),
    "issue.changed": Text("问题进展", "Issue changed"),
    "suppression.began": Text("维保或测试开始", "Maintenance or test began"),
    "suppression.ended": Text("维保或测试结束", "Maintenance or test ended"),
    "access.granted": Text("放行", "Let in"),
    "access.denied": Text("拒绝通行", "Refused"),
    "access.duress": Text("胁迫", "Duress"),
    "access.forced": Text("强行开门", "Door forced"),
    "access.held_open": Text("门未关", "Door held open"),
    "access.closed": Text("门已关", "Door closed"),
    "device.online": Text("设备上线", "Device online"),
    "device.offline": Text("设备离线", "Device offline"),
    "device.degraded": Text("设备部分可用", "Device works in part"),
    "device.reported": Text("设备上报", "Device reported"),
    "device.reset": Text("主机复位", "Panel reset"),
    "vision.begin": Text("画面中发现", "Seen by a camera"),
    "vision.update": Text("画面中持续", "Still seen by a camera"),
    "vision.end": Text("画面中结束", "No longer seen by a camera"),
    "evidence.kept": Text("留证", "Evidence kept"),
    "link.changed": Text("链路变化", "Link changed"),
    "command.result": Text("命令结果", "Command result"),
    "gateway.started": Text("网关启动", "Gateway started"),
    "gateway.stopping": Text("网关停止", "Gateway stopping"),
    "gateway.degraded": Text("网关部分可用", "Gateway works in part"),
    "gateway.updated": Text("网关已升级", "Gateway updated"),
    "gateway.update_failed": Text("网关升级失败", "Gateway not updated"),
    "records.dropped": Text("记录被放弃", "Records given up"),
    "delivery.refused": Text("平台拒收", "Refused by the platform"),
    "uplink.offline": Text("平台联系不上", "Platform out of reach"),
    "uplink.online": Text("平台恢复联系", "Platform reached again"),
    "buffer.low": Text("断开后存不了多久", "Little room without the platform"),
    "buffer.enough": Text("断开后存得够久", "Room enough again"),
    "certificate.ending": Text("证书快到期", "Certificate ends soon"),
    "audit.marked": Text("操作记录留底", "Audit log marked"),
    "config.accepted": Text("平台的配置开始试运行", "Configuration from the platform on trial"),
    "config.refused": Text("平台的配置被拒绝", "Configuration from the platform refused"),
    "config.applied": Text("平台的配置已生效", "Configuration from the platform applied"),
    "config.rolled_back": Text("平台的配置已退回", "Configuration from the platform taken back"),
    "update.accepted": Text("正在下载平台提供的升级", "Release from the platform is fetched"),
    "update.refused": Text("平台提供的升级被拒绝", "Release from the platform refused"),
    "update.fetched": Text("平台提供的升级已下载", "Release from the platform is here"),
    "update.waiting": Text("平台提供的升级在等待", "Release from the platform waits"),
    "update.installing": Text("开始安装平台提供的升级", "Release from the platform is installed"),
}

GROUPS: Final[Mapping[str, Text]] = {
    "alarm.*": Text("报警", "Alarms"),
    "access.*": Text("门禁", "Gates"),
    "device.*": Text("设备", "Devices"),
    "vision.*": Text("摄像机所见", "Seen by cameras"),
    "evidence.*": Text("留证", "Evidence"),
    "link.*": Text("链路", "Links"),
    "command.*": Text("命令", "Commands"),
    "issue.*": Text("问题", "Issues"),
    "suppression.*": Text("维保与测试", "Maintenance and tests"),
    "gateway.*": Text("网关", "Gateway"),
    "records.*": Text("放弃的记录", "Records given up"),
    "delivery.*": Text("平台拒收", "Refused by the platform"),
    "uplink.*": Text("与平台的联系", "Way to the platform"),
    "buffer.*": Text("断开时的余量", "Room without the platform"),
    "audit.*": Text("操作记录", "Audit log"),
    "config.*": Text("平台的配置", "Configuration from the platform"),
    "update.*": Text("平台提供的升级", "Releases from the platform"),
}
"""What one filters by."""

CHANGES: Final[Mapping[str, Text]] = {
    "suppressed": Text("不再叫人", "calls nobody now"),
    "unsuppressed": Text("恢复叫人", "calls again"),
    "latched": Text("条件已消失，等待复位", "the condition is gone, waits for a reset"),
    "realarmed": Text("持续太久，再次叫人", "lasts too long, calls anew"),
    "more": Text("同组又增加", "more of its group"),
    "issue_ended_while_active": Text(
        "问题已关闭，但条件仍成立", "the issue was closed while the condition holds"
    ),
}

BACK: Final[Mapping[str, Text]] = {
    "answers": Text("有应答了", "it answers"),
    "heard": Text("有消息了", "it was heard"),
    "connected": Text("连上来了", "it has connected"),
}
"""How a device has come back, as drivers put it."""

REPORTS: Final[Mapping[str, Text]] = {
    "message": Text("一条消息", "a message"),
    "stranger": Text("陌生人脸", "an unknown face"),
    "undecided": Text("未判定的识别", "a record without a verdict"),
    "registration": Text("注册", "registration"),
    "system_status": Text("系统状态", "state of a system"),
    "component_status": Text("部件状态", "state of a component"),
    "component_analog": Text("部件模拟量", "analog value of a component"),
    "operation": Text("操作信息", "an operation"),
    "device_status": Text("装置状态", "state of the device"),
    "device_operation": Text("装置操作", "an operation at the device"),
}
"""What devices tell that they want confirmed, as their drivers name it."""

PARTIES: Final[Mapping[str, Text]] = {
    "property": Text("物业", "the property company"),
    "community": Text("社区", "the community"),
    "street_office": Text("街道", "the street office"),
    "owners_committee": Text("业委会", "the owners' committee"),
    "residents": Text("居民", "the residents"),
}

ISSUE_STATES: Final[Mapping[str, Text]] = {
    "accepted": Text("已受理", "accepted"),
    "dispatched": Text("已派单", "dispatched"),
    "processing": Text("处理中", "being worked on"),
    "resolved": Text("已解决", "resolved"),
    "rejected": Text("不受理", "rejected"),
}

WHYS: Final[Mapping[str, Text]] = {
    "test": Text("测试", "test"),
    "maintenance": Text("维保", "maintenance"),
    "out_of_service": Text("停用", "out of service"),
}


def kind_words(kind: str) -> Text:
    """What a kind of event is called."""
    return KINDS.get(kind, Text(kind, kind))


def word(words: Mapping[str, Text], name: str) -> Text:
    """A word for a name; the name itself where there is none."""
    return words.get(name, Text(name, name))
