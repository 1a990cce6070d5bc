"""Why a camera gives no pictures, or serves in part, in words for a technician; as patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.model import Text

_LOGIN: Final = Text(
    "核对用户名与密码文件；连错几次摄像机会锁住，等半小时",
    "check user name and password file; after a few wrong ones a camera locks for half an hour",
)
_PATH: Final = Text(
    "核对网址里的路径：在摄像机网页或说明书里查",
    "check the path in its address: the camera's own page or manual has it",
)
_REACH: Final = Text(
    "查供电、网线、IP 地址与端口；从网关 ping 一下",
    "check its power, cable, address and port; ping it from the gateway",
)
_STREAM: Final = Text(
    "在摄像机里选 H.264、CBR、关键帧间隔 1–2 秒；用子码流",
    "in the camera choose H.264, a constant rate, a keyframe every 1 to 2 s; its second stream",
)
_FASTER: Final = Text(
    "在摄像机里把这路码流设为每秒 25 幅，或改用另一路",
    "in the camera set this stream to 25 pictures a second, or use another one",
)
_SOFTWARE: Final = Text("下载诊断包，交给维护者", "download the diagnostics for the maintainers")
_LOAD: Final = Text(
    "降低每秒分析的画面数，或增加识别用的核数",
    "have fewer pictures a second analysed, or more cores look",
)

LINK: Final[Sequence[tuple[str, Text, Text]]] = (
    (
        r"stalled: no picture for (?P<seconds>[\d.]+) s",
        Text("{seconds} 秒没有画面", "no picture for {seconds} s"),
        Text(
            "摄像机死机、重启或网络中断；查供电与网络", "it hangs, restarts, or the network is cut"
        ),
    ),
    (
        r"login refused|wrong user name or password|NotAuthorized|wants a user name",
        Text("摄像机拒绝登录", "the camera refuses the login"),
        _LOGIN,
    ),
    (
        r"\(403\)|may not (?:see|do)",
        Text("这个用户无权，或已被锁住", "this user may not, or is locked out"),
        _LOGIN,
    ),
    (
        r"in the clear",
        Text("摄像机要求明文密码", "the camera wants the password in the clear"),
        Text("在摄像机里把认证方式改为 digest", "set its authentication to digest"),
    ),
    (
        r"\(404\)|not offer that address|not understand the url|not accept how|no ONVIF service",
        Text("摄像机没有这个地址", "the camera has no such address"),
        _PATH,
    ),
    (
        r"\(503\)|\(429\)|asked too often",
        Text("摄像机忙", "the camera is busy"),
        Text("同时看的人太多；换子码流", "too many look at once; take its second stream"),
    ),
    (
        r"with a page, not with pictures|url is a stream|url is one picture",
        Text("这个地址给的不是所选的画面", "that address gives another kind of picture"),
        Text("核对 source 的 type 与网址", "check type and address of the source"),
    ),
    (r"no keyframes", Text("摄像机不发关键帧", "the camera sends no keyframes"), _STREAM),
    (
        r"no video|nonsense|no HTTP|an answer (?:without|with|that)|as it should",
        Text("摄像机发来的不是可读的画面", "what the camera sends cannot be read"),
        _STREAM,
    ),
    (
        r"refused: nothing listens",
        Text("那个地址和端口没有服务", "nothing listens at that address and port"),
        _REACH,
    ),
    (
        r"no route|no such host|the camera (?:cannot be reached|does not answer$)|network is down",
        Text("到摄像机不通", "the camera cannot be reached"),
        _REACH,
    ),
    (
        r"ended the stream|broken off|hung up|ended its events|no sign of life",
        Text("摄像机断开了连接", "the camera has closed the connection"),
        Text("它重启过，或连接数已满", "it was restarted, or all its connections are taken"),
    ),
    (
        r"plugged in\?|unplugged|not a camera|using the camera",
        Text("USB 摄像头不可用", "the USB camera cannot be used"),
        Text("重新插好；看是否被别的程序占用", "plug it in again; does another program use it?"),
    ),
    (
        r"there is no such file|that is a folder|no permission to read|file cannot be read",
        Text("文件读不了", "the file cannot be read"),
        Text("核对路径与权限", "check its path and who may read it"),
    ),
    (
        r"pip install '(?P<what>[^']+)'",
        Text("网关缺少摄像机所需的软件包", "the gateway lacks the packages that cameras need"),
        Text("安装 {what}", "install {what}"),
    ),
    (
        r"camera's certificate",
        Text("摄像机的证书不被信任", "the camera's certificate is not trusted"),
        Text("改用 http 或 rtsp，或给出 ca_file", "use http or rtsp, or name a ca_file"),
    ),
    (
        r"no picture within|cameras are not run here",
        Text("没有等到第一幅画面", "no first picture came"),
        _REACH,
    ),
    (
        r"camera's process|no process could be had|memory",
        Text("看这台摄像机的进程出了问题", "the process of this camera has failed"),
        _SOFTWARE,
    ),
)

DEVICE: Final[Sequence[tuple[str, Text, Text]]] = (
    (
        r"thrown_object needs (?P<wanted>\d+) pictures a second, (?P<fps>\d+) come",
        Text(
            "高空抛物要每秒 {wanted} 幅画面，现在只有 {fps} 幅",
            "thrown objects need {wanted} pictures a second, {fps} come",
        ),
        _FASTER,
    ),
    (
        r"thrown_object needs (?P<wanted>\d+) pictures a second",
        Text(
            "高空抛物要每秒 {wanted} 幅画面，现在断断续续",
            "thrown objects need {wanted} pictures a second, few come",
        ),
        _FASTER,
    ),
    (
        r"cabin_object has not seen the cabin empty",
        Text("还没有看到过空轿厢，不能比较", "the cabin has not been seen empty yet"),
        Text(
            "等轿厢空几秒钟；一直如此就看区域里是否总有人或物",
            "wait until it is empty for some seconds; see whether something always stands there",
        ),
    ),
    (
        r"bin_full has not been taught: (?P<why>.+)",
        Text("垃圾桶还没有教过：{why}", "the bin has not been taught: {why}"),
        Text(
            "用 whistle vision teach 教它，并核对 taught_file",
            "teach it with whistle vision teach, and check taught_file",
        ),
    ),
    (
        r"too much to look at: (?P<counts>[\d]+ of [\d]+)",
        Text("画面太多，来不及识别（漏看 {counts}）", "too much to look at ({counts} left out)"),
        _LOAD,
    ),
    (
        r"(?P<counts>\d+ of \d+) pictures broken",
        Text("画面损坏（{counts}）", "broken pictures ({counts})"),
        _STREAM,
    ),
    (
        r"(?P<fps>[\d.]+) pictures a second, (?P<wanted>[\d.]+) are to be analysed",
        Text(
            "每秒只有 {fps} 幅画面，要分析 {wanted} 幅", "{fps} pictures a second, {wanted} wanted"
        ),
        _STREAM,
    ),
    (
        r"its own events are not heard: (?P<why>.+)",
        Text("听不到摄像机自带的事件：{why}", "its own events are not heard: {why}"),
        Text("核对 events 的网址、用户与权限", "check address, user and rights under events"),
    ),
    (
        r"(?P<model>[a-z0-9][a-z0-9_-]*): .*(?:whistle models|not there|missing|no model)",
        Text("缺少模型 {model}，只做不需要模型的", "the model {model} is missing"),
        Text("运行 whistle models pull {model}", "run whistle models pull {model}"),
    ),
    (
        r"^well again$",
        Text("恢复正常", "well again"),
        Text("不用做什么", "nothing has to be done"),
    ),
    (
        r"^(?P<size>\d+ × \d+)",
        Text("画面 {size}", "pictures of {size}"),
        Text("不用做什么", "nothing has to be done"),
    ),
)
"""The first that fits is taken; what it has found stands in braces in the words."""
