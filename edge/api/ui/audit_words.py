"""What people did, in words; the dotted names stand in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.model import Text

WHATS: Final[Mapping[str, Text]] = {
    "account.added": Text("添加账号", "Account added"),
    "account.changed": Text("修改账号", "Account changed"),
    "account.enrolled": Text("登记管理员", "Admin enrolled"),
    "account.password_changed": Text("修改密码", "Password changed"),
    "account.removed": Text("删除账号", "Account removed"),
    "alarm.acknowledged": Text("确认报警", "Alarm acknowledged"),
    "alarm.commented": Text("报警备注", "Comment on an alarm"),
    "alarm.reset": Text("复位报警", "Alarm reset"),
    "alarm.shelved": Text("搁置报警", "Alarm shelved"),
    "alarm.unshelved": Text("取消搁置", "Alarm unshelved"),
    "audit.exported": Text("导出审计", "Audit log exported"),
    "audit.verified": Text("校验审计", "Audit log verified"),
    "backup.taken": Text("下载备份", "Backup taken"),
    "camera.viewed": Text("查看摄像机画面", "Camera looked at"),
    "command.asked": Text("下达命令", "Command asked"),
    "configuration.applied": Text("应用配置", "Configuration applied"),
    "configuration.restored": Text("恢复配置", "Configuration restored"),
    "diagnostics.taken": Text("下载诊断包", "Diagnostics taken"),
    "enrolment.code_made": Text("生成注册码", "Enrolment code made"),
    "backup.brought": Text("带来备份", "Backup brought"),
    "evidence.viewed": Text("查看留证影像", "Picture looked at"),
    "permission.refused": Text("越权被拒", "Refused: not permitted"),
    "release.installed": Text("安装平台提供的升级", "Release of the platform installed"),
    "remote.switched": Text("远程命令开关", "Remote commands switched"),
    "uplink.requeued": Text("事件重发", "Events sent again"),
    "secret.written": Text("写入密码文件", "Secret written"),
    "session.closed": Text("退出登录", "Logged out"),
    "session.opened": Text("登录", "Logged in"),
    "session.refused": Text("登录被拒", "Login refused"),
    "session.revoked": Text("撤销会话", "Session revoked"),
    "suppression.began": Text("开始维保或测试", "Maintenance or test began"),
    "suppression.ended": Text("结束维保或测试", "Maintenance or test ended"),
    "token.made": Text("生成令牌", "Token made"),
    "token.revoked": Text("撤销令牌", "Token revoked"),
}

GROUPS: Final[Mapping[str, Text]] = {
    "session": Text("登录与退出", "Logins"),
    "account": Text("账号", "Accounts"),
    "token": Text("令牌", "Tokens"),
    "permission": Text("越权", "Not permitted"),
    "release": Text("升级", "Updates"),
    "command": Text("命令", "Commands"),
    "alarm": Text("报警", "Alarms"),
    "evidence": Text("留证影像", "Pictures"),
    "camera": Text("摄像机", "Cameras"),
    "secret": Text("密码文件", "Secrets"),
    "suppression": Text("维保与测试", "Maintenance and tests"),
    "configuration": Text("配置", "Configuration"),
}
"""What one filters by."""

OUTCOMES: Final[Mapping[str, Text]] = {
    "done": Text("完成", "done"),
    "asked": Text("已请求", "asked"),
    "refused": Text("被拒", "refused"),
    "failed": Text("失败", "failed"),
}

DOORS: Final[Mapping[str, Text]] = {
    "session": Text("浏览器", "browser"),
    "token": Text("程序", "program"),
    "socket": Text("本机", "this machine"),
    "platform": Text("平台", "the platform"),
}


def what_words(what: str) -> Text:
    """What a dotted name means; itself where there are no words for it."""
    return WHATS.get(what, Text(what, what))


def outcome_words(outcome: str) -> Text:
    """How it ended."""
    return OUTCOMES.get(outcome, Text(outcome, outcome))


def door_words(door: str) -> Text:
    """How somebody came in."""
    return DOORS.get(door, Text(door or "–", door or "–"))
