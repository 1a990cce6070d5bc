"""The Chinese of what the site file's models say of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.versions import camera_words

HELP: Final[Mapping[str, str]] = {
    "An IANA name; what times are shown in.": "IANA 时区名；页面按它显示时间。",
    "Who an issue is reported by.": "问题上报时的报告人。",
    "Folder of the journal, relative to the site file.": "日志数据所在文件夹，相对于站点文件。",
    "Where the device is found on its link; what the link's driver wants.": (
        "设备在链路上的地址；内容由驱动决定。"
    ),
    "Which way a gate lets people pass; pairs gates of a building.": (
        "门禁的通行方向；用于配对同一栋楼的门。"
    ),
    "What a platform gets of single points, instead of what the profile says.": (
        "平台得到个别点的哪些读数；代替型号文件里写的。"
    ),
    "Write {} to send readings too; none are sent when not written.": (
        "写 {} 即同时上报读数；不写则不上报。"
    ),
    "Residual currents are watched at night, and lifts' doors for slow cycles, without being"
    " written.": "不写也监视：夜间的剩余电流，电梯门变慢。",
    "Days that are only learnt; fewer than 14 know each hour once.": (
        "只学习、不报警的天数；少于 14 天则每个钟点只见过一次。"
    ),
    "The same platform over HTTPS, for when its broker does not deliver.": (
        "同一平台的 HTTPS 地址；MQTT 送不到时走这条路。"
    ),
    "Such as https://platform.example/ingest.": "例如 https://platform.example/ingest。",
    "A file with the token that the platform knows this gateway by.": (
        "存放令牌的文件；平台凭它认出本网关。"
    ),
    "Whether it may send site file and profiles to be run.": (
        "可否下发站点文件和型号文件，由网关试运行。"
    ),
    "Without this platform for so long, that is an event of its own.": (
        "这么久联系不上平台，就记一个事件。"
    ),
    "While it is away: an event once the disk lasts for less than this.": (
        "平台断开期间，磁盘够存的时间短于此，就记一个事件。"
    ),
    "How much of the readings is kept here, and for how long.": "读数在本机保留多少、多久。",
    "What the file may take of the disk.": "历史文件最多占用的磁盘。",
    "How long each reading is kept.": "逐条读数保留多久。",
    "How long least, greatest and mean of each minute are kept.": (
        "每分钟的最小、最大、平均值保留多久。"
    ),
    "How long least, greatest and mean of each hour are kept.": (
        "每小时的最小、最大、平均值保留多久。"
    ),
    "The database that every reading is written to; none when not written.": (
        "每个读数也写入的时序数据库；不写则没有。"
    ),
    "Such as https://influx.example:8086, without /api/v2.": (
        "例如 https://influx.example:8086，不带 /api/v2。"
    ),
    "A file with a token that may write to the bucket.": "存放令牌的文件；该令牌可写入存储桶。",
    "Our name at the broker; whistle-<link> when empty.": (
        "在服务器上的名字；空着即 whistle-<链路>。"
    ),
    "In this order; [] for nobody.": "按此顺序；空列表表示不告知任何人。",
    "Between two parties; respond_within when not written.": "两方之间的间隔；不写即响应时限。",
    "When not written: property, community, street_office, whoever of them is not told from the"
    " beginning.": "不写时：物业、社区、街道中尚未告知的，依次告知。",
    "One of the schedules of this file.": "本文件中的一个时间表。",
    "What is done then, and by whom, for whoever reads of it.": "届时谁做什么，给看到的人。",
    "The beginning of an address behind the device, such as 1-1.": (
        "设备下部件地址的开头，例如 1-1。"
    ),
    "A pattern, such as fire.*.": "类别的样式，例如 fire.*。",
    "Which of these weekdays in the month, such as [1] or [1, last].": (
        "当月第几个这样的星期，例如 1，或 1 和 last。"
    ),
    "Single days.": "单独的日期。",
    "A list of the calendar.": "日历中的一个日期表。",
    "off: only the local socket.": "关：只能从本机访问。",
    "Further names that a self-made certificate is for.": "自签证书还适用的名字。",
    "Whether commands from afar are allowed.": "是否允许平台远程命令。",
    "So many denials …": "这么多次拒绝……",
    "… within this time.": "……在这段时间内。",
    "Without a further denial it is over after this time.": "这段时间内没有再被拒绝即结束。",
    "How long the people are out before that is told, where the lift's own alarm does not"
    " say so.": ("电梯自己不报告时，人出来多久后告知结束。"),
    "How long fewer say so before it is over.": "少于此数持续多久即结束。",
    "It is over after this time.": "这段时间后结束。",
    "Without a further one it is over after this time.": "这段时间内没有再发生即结束。",
    "How long the car stands outside the door zone, or its door does not open, with somebody"
    " inside.": "轿厢有人，停在门区外或门打不开持续多久。",
    "How long sensors contradict each other before a fault.": "传感器互相矛盾多久算故障。",
    "How long a detector counts whose alarm has ended by itself, from its beginning on; one that is"
    " on counts always. Our own choice: the standards that we know name no time.": (
        "自行恢复的探测器，其报警从开始起算多久内有效；仍在报警的一直有效。此值为自定。"
    ),
    "How devices begin the name of what a person presses (component type 23).": (
        "手动报警按钮（部件类型 23）名字的开头。"
    ),
    "Whether gates are released; false where only the panel's wires may do that.": (
        "是否放行门禁；只允许消防主机硬线放行时关闭。"
    ),
    "Also the gates that stand in no building, in every fire.": "任何火警都放行不属于楼栋的大门。",
    "A gate that is not open by then is an alarm.": "到时门仍未打开即报警。",
    "How often a gate is asked that is not open.": "对没有打开的门多久再要求一次。",
    "How often a gate is opened that cannot be told to stay open.": "不能保持常开的门多久开一次。",
    "mA at which it is too much.": "多少毫安算超限。",
    "mA a day; what rises more slowly is left to the next inspection.": (
        "每天毫安；升得更慢的留待下次检查。"
    ),
    "It is told when the limit is nearer than this.": "离超限不足这段时间时告知。",
    "Names of alarms of profiles by which a device says that its mains are lost.": (
        "型号中表示停电的报警名字。"
    ),
    "Volts; a device all of whose voltages are below has lost its mains.": (
        "伏；所有电压都低于此值即停电。"
    ),
    "So many devices …": "这么多台设备……",
    "Days that are observed before anything is told of a lift.": "对一部电梯先观察多少天。",
    "Categories of alarms that say nothing of the lift's wear.": "与电梯磨损无关的报警类别。",
    "What several links hang on, by a name of your own, and those links: `switch-3: [lifts-b3,"
    " gates]`. Lost together they are one alarm.": (
        "几条链路共同依赖的设备及这些链路，例如 `switch-3: [lifts-b3, gates]`；一起断时是一个报警。"
    ),
    "This part of a link's devices, two at least, lost at once is its bus.": (
        "一条链路上这么大比例（至少两台）的设备同时断开，算总线故障。"
    ),
    "At once is within this: devices are found lost one after the other.": (
        "这段时间内算同时：设备是逐台发现断开的。"
    ),
    "How long that lasts before it is told; shorter than the minute after which links and devices"
    " are told themselves.": "持续多久后告知；要短于链路和设备自己告知的一分钟。",
    "Who came in longer ago may have left unseen.": "更早进来的人可能已离开而未被看到。",
    "Twice at one gate within this time is one way in.": "这段时间内同一门两次算一次进入。",
    "How long after a grant somebody may pass.": "授权后多久内可以通行。",
    "How much later than the passage its grant may be told.": "授权消息可比通行晚多久。",
    "Alarms of one group have one cause.": "同组的报警出于同一原因。",
    "Alarms of one group on a device have one cause: a later one that is not more severe opens no"
    " issue of its own.": "一台设备上同组的报警出于同一原因：后来而不更严重的不另开问题。",
    "Below the first or above the second number.": "低于第一个数或高于第二个数。",
    "How far the value has to come back before the alarm clears.": "值回落多少报警才恢复。",
    "How long it is over before that is told.": "不再成立多久后告知恢复。",
    "How long it may stay active before it calls anew.": "持续多久后再次呼叫。",
    "How long the condition holds before it is told.": "条件成立多久后告知。",
    "Nothing good was heard for this long.": "这么久没有收到好的值。",
    "Stays until somebody resets it.": "保持到有人复位。",
    "Stays until somebody resets it; only where the device itself cannot latch.": (
        "保持到有人复位；只用于设备自己不能锁存时。"
    ),
    "The cameras of this device's building, or of its unit.": "这台设备所在楼栋或单元的摄像机。",
    "What a condition on a point without a good value counts as.": "点没有好的值时，条件算作什么。",
    "What a person reads first.": "人首先看到的文字。",
    "What policies are about, such as lift.entrapment.": (
        "处置规则依据的类别，例如 lift.entrapment。"
    ),
    "What policies are about, such as water.flood.": "处置规则依据的类别，例如 water.flood。",
    "Whose alarm it is: where it stands, and what it is called after. Without it the one device or"
    " building that the condition names, or the site when those are several.": (
        "是哪台设备的报警；不写即条件中唯一的设备或楼栋，有几个时算小区的。"
    ),
    "In topics and ids; do not change it later.": "写进主题和编号；以后不要改。",
    "Of messages about this file.": "关于本文件的消息用什么语言。",
    "One of its own for each gateway; do not change it later.": "每台网关各有一个；以后不要改。",
    "A device that stands outside of them is a mistake.": "设备写在范围之外即为错误。",
    "The id of a building.": "楼栋的标识。",
    "The id of a unit of that building.": "该楼栋中单元的标识。",
    "Shown as it stands here.": "原样显示。",
    "Points, alarms and commands are called after it.": "点、报警和命令都以它命名。",
    "The id of the link that leads to it.": "通向它的链路的标识。",
    "What it is: lifts/ba_box is shipped, or a file in profiles/ beside this one.": (
        "它是什么型号：如自带的 lifts/ba_box，或本文件旁 profiles/ 里的文件。"
    ),
    "Devices call this port: set it on them.": "装置连接此端口：要在装置上设好。",
    "Ask the maker of the devices.": "问装置的厂家。",
    "The number that is set on the device.": "设备上设定的号码。",
    "As its frames carry it; the maker's tool shows it, or let it call once.": (
        "报文里带的地址；厂家工具里能看到，或让它先连一次。"
    ),
    "A CSV file beside this one: where each detector stands.": (
        "本文件旁的 CSV 文件：每个探测器在哪里。"
    ),
    **camera_words.HELP,
}
"""By the English, which stands in the models; a form's test finds what is missing here."""
