"""One line for a person about each event."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from cloud_bridge.wire import Bilingual, Data
from cloud_bridge.wire.documents import (
    AccessData,
    AlarmData,
    AuditData,
    BufferData,
    CertificateData,
    ClearedData,
    CommandData,
    ConfigData,
    DeliveryData,
    DeviceStateData,
    DroppedData,
    EscalatedData,
    EvidenceData,
    GatewayData,
    IssueData,
    LinkData,
    RaisedData,
    ReportData,
    ResetData,
    SuppressionData,
    UpdateData,
    UplinkData,
    VisionData,
)
from cloud_bridge.wire.parts import AlarmDoc, CommandDoc
from cloud_bridge.wire.parts_seen import VisionDoc
from edge.rules.interlock import FIRE, LIFT, NO_ACTION, NO_DEVICE, NOT_GRANTED, REMOTE_OFF
from edge.vision.names import name_of

_REFUSALS = (FIRE, LIFT, NO_ACTION, NO_DEVICE, NOT_GRANTED, REMOTE_OFF)

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "granted": ("通行", "passed"),
        "denied": ("拒绝通行", "denied"),
        "duress": ("胁迫开门", "duress"),
        "forced": ("强行开门", "door forced"),
        "held_open": ("门长时间未关", "door held open"),
        "closed": ("门已关", "door closed"),
        "online": ("上线", "online"),
        "offline": ("离线", "offline"),
        "degraded": ("部分异常", "degraded"),
        "updated": ("已升级", "updated"),
        "update_failed": ("升级失败", "not updated"),
        "started": ("已启动", "started"),
        "stopping": ("正在停止", "stopping"),
        "done": ("已执行", "done"),
        "rejected": ("被拒绝", "refused"),
        "expired": ("已过期", "expired"),
        "failed": ("失败", "failed"),
        "acknowledged": ("已确认", "acknowledged"),
        "shelved": ("已搁置", "shelved"),
        "unshelved": ("搁置结束", "no longer shelved"),
        "reset": ("已复位", "reset"),
        "suppressed": ("已抑制，不再呼叫", "suppressed, calls nobody"),
        "unsuppressed": ("抑制结束", "no longer suppressed"),
        "latched": ("已恢复，待人工复位", "condition gone, waits to be reset"),
        "realarmed": ("再次提醒", "calls again"),
        "more": ("更多同类报警", "more of the same"),
        "issue_ended_while_active": ("问题已结，报警仍在", "issue closed, still active"),
        "accepted": ("问题已受理", "issue accepted"),
        "dispatched": ("已派单", "issue dispatched"),
        "processing": ("处理中", "issue in progress"),
        "resolved": ("问题已办结", "issue resolved"),
        "issue_rejected": ("问题已驳回", "issue rejected"),
        "property": ("物业", "property"),
        "community": ("居委会", "community"),
        "street_office": ("街道", "street office"),
        "owners_committee": ("业委会", "owners' committee"),
        "residents": ("居民", "residents"),
        "respond": ("逾期无人受理，已告知", "nobody responded in time; told:"),
        "resolve": ("逾期未办结，已告知", "not resolved in time; told:"),
        "test": ("测试", "test"),
        "maintenance": ("维保", "maintenance"),
        "out_of_service": ("停用", "out of service"),
        "suppression_ended": ("测试、维保或停用结束", "test, maintenance or outage over"),
        "observed_yes": ("已见其发生", "seen to have happened"),
        "observed_no": ("未见其发生", "not seen to have happened"),
    }
)

_ACTIONS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "open": Bilingual(zh="开门", en="open"),
        "release": Bilingual(zh="放行", en="release"),
        "close": Bilingual(zh="恢复常态", en="back to normal"),
        "lock": Bilingual(zh="锁门", en="lock"),
        "reboot": Bilingual(zh="重启", en="restart"),
    }
)

_REASONS: Mapping[str, str] = MappingProxyType(
    {each.code: each.words.zh for each in _REFUSALS}
    | {
        "cannot_keep": "磁盘写不下，因此没有执行",
        "device.refused": "设备拒绝：",
        "expired.late": "到得太晚",
        "expired.no_answer": "设备没有及时回答",
        "id.reused": "这个编号已用于另一条命令",
        "interrupted": "网关在执行中重启，结果不明",
        "link.down": "到设备的链路中断：",
        "order.retained": "不接受保留消息",
    }
)
"""What begins a refusal, in Chinese; after a colon the gateway's own words follow."""


def _say(key: str) -> Bilingual:
    zh, en = _WORDS.get(key, (key, key))
    return Bilingual(zh=zh, en=en)


def _join(first: Bilingual, *rest: str) -> Bilingual:
    more = "".join(f" · {word}" for word in rest if word)
    return Bilingual(zh=first.zh + more, en=first.en + more)


def _after(first: Bilingual, second: Bilingual) -> Bilingual:
    return Bilingual(zh=f"{first.zh}：{second.zh}", en=f"{first.en}: {second.en}")


def _name(alarm: AlarmDoc) -> Bilingual:
    return alarm.text or _say(alarm.key)


def _loop(data: AlarmData | EscalatedData | IssueData) -> Bilingual:
    """What was done about an alarm or its issue, and by whom."""
    match data:
        case AlarmData():
            change = data.change
            times = f"×{data.alarm.count}" if change.what == "more" else ""
            return _after(
                _name(data.alarm), _join(_say(change.what), times, change.by, change.reason)
            )
        case EscalatedData():
            said, to = _say(data.escalation.overdue), _say(data.escalation.to)
            told = Bilingual(zh=f"{said.zh}{to.zh}", en=f"{said.en} {to.en}")
            return _after(_name(data.alarm), told)
        case IssueData():
            issue = data.issue
            state = "issue_rejected" if issue.state == "rejected" else issue.state
            said = _join(_say(state), issue.by)
            return _after(_name(data.alarm), said) if data.alarm else said


def action_words(action: str) -> Bilingual:
    """What a device is asked to do; its own word where it is none of the usual."""
    return _ACTIONS.get(action) or Bilingual(zh=action, en=action)


def reason_words(detail: str) -> Bilingual:
    """Why a command was not carried out, or what the device said."""
    code, colon, words = detail.partition(": ")
    if not colon or ("." not in code and code not in _REASONS):
        return Bilingual(zh=detail, en=detail)
    zh = _REASONS.get(code, words)
    return Bilingual(zh=f"{zh}{words}" if zh.endswith("：") else zh, en=words)


def _command(command: CommandDoc) -> Bilingual:
    action, outcome = action_words(command.action), _say(command.outcome)
    seen = _say(f"observed_{command.observed}") if command.observed else None
    why = reason_words(command.detail) if command.outcome != "done" else None
    parts = [each for each in (action, outcome, seen, why) if each is not None and each.en]
    said = Bilingual(
        zh=" · ".join(each.zh for each in parts), en=" · ".join(each.en for each in parts)
    )
    return _join(said, command.issued_by)


def _seen(seen: VisionDoc) -> Bilingual:
    what = name_of(seen.what)
    said = _join(Bilingual(zh=what.zh, en=what.en), seen.zone, seen.label)
    if seen.phase == "begin":
        return said
    seconds = round(seen.dwell_seconds)
    if seen.phase == "update":
        return Bilingual(zh=f"{said.zh}，已 {seconds} 秒", en=f"{said.en}, for {seconds} s")
    return Bilingual(zh=f"{said.zh} 结束，共 {seconds} 秒", en=f"{said.en}: over after {seconds} s")


def _given_up(data: DroppedData | DeliveryData) -> Bilingual:
    if isinstance(data, DeliveryData):
        return _join(Bilingual(zh="平台拒收", en="refused by the platform"), data.delivery.reason)
    dropped = data.dropped
    count = Bilingual(zh=f"放弃 {dropped.count} 条", en=f"{dropped.count} given up")
    return _join(count, dropped.what, dropped.reason)


_Care: TypeAlias = UplinkData | BufferData | AuditData | CertificateData | ConfigData | UpdateData


def _of_itself(data: _Care) -> Bilingual:
    match data:
        case UplinkData(uplink=uplink):
            return _join(_say(uplink.state), uplink.id, uplink.reason)
        case BufferData(buffer=buffer):
            hours = f"{(buffer.seconds or 0) / 3600:.0f}"
            return Bilingual(zh=f"断开后还能存 {hours} 小时", en=f"room for {hours} hours")
        case AuditData(audit=audit):
            return Bilingual(zh=f"操作记录到第 {audit.number} 行", en=f"audit: {audit.number}")
        case CertificateData(certificate=ending):
            days = ending.days
            return Bilingual(zh=f"证书还有 {days} 天", en=f"certificate: {days} days left")
        case ConfigData(config=config):
            what = f"{config.revision} {config.state}"
            return Bilingual(zh=f"配置修订 {what}", en=f"configuration {what}")
        case UpdateData(update=update):
            what = f"{update.release} {update.state}".strip()
            return Bilingual(zh=f"升级 {what}", en=f"release {what}")


def describe(data: Data | None) -> Bilingual:  # noqa: C901, PLR0911, PLR0912 - a line for each kind
    """What happened, in both languages; empty when this version does not know the type."""
    match data:
        case RaisedData():
            return _name(data.alarm)
        case ClearedData():
            text = _name(data.alarm)
            return Bilingual(zh=f"{text.zh} 已恢复", en=f"{text.en}: clear")
        case AlarmData() | EscalatedData() | IssueData():
            return _loop(data)
        case SuppressionData():
            aside = data.suppression
            return _join(_say(aside.why or "suppression_ended"), aside.reason, aside.by)
        case AccessData():
            access = data.access
            return _join(_say(access.decision), access.person, access.method, access.reason)
        case DeviceStateData():
            return _join(_say(data.change.state), data.change.reason)
        case ReportData():
            return _join(Bilingual(zh="设备上报", en="report"), data.report.what)
        case ResetData():
            return _join(Bilingual(zh="复位", en="reset"), data.reset.component)
        case VisionData():
            return _seen(data.vision)
        case EvidenceData():
            return Bilingual(zh="已留证", en="evidence kept")
        case LinkData():
            return _join(_say("online" if data.link.up else "offline"), data.link.reason)
        case CommandData():
            return _command(data.command)
        case GatewayData():
            return _join(_say(data.gateway.state), data.gateway.release, data.gateway.reason)
        case DroppedData() | DeliveryData():
            return _given_up(data)
        case UplinkData() | BufferData() | AuditData() | CertificateData():
            return _of_itself(data)
        case ConfigData() | UpdateData():
            return _of_itself(data)
        case None:
            return Bilingual(zh="", en="")
