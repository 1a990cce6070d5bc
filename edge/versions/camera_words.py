"""What the fields of cameras are called in the site file's forms, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.model import Text

LABELS: Final[Mapping[str, Text]] = {
    "RtspSource.type": Text("画面的来源", "Kind of source"),
    "MjpegSource.type": Text("画面的来源", "Kind of source"),
    "SnapshotSource.type": Text("画面的来源", "Kind of source"),
    "FileSource.type": Text("画面的来源", "Kind of source"),
    "UsbSource.type": Text("画面的来源", "Kind of source"),
    "FileSource.path": Text("录像文件", "Recording"),
    "UsbSource.device": Text("设备文件", "Device file"),
    "SnapshotSource.every": Text("取图间隔", "Fetched every"),
    "OnvifEvents.type": Text("厂家", "Make"),
    "HikvisionEvents.type": Text("厂家", "Make"),
    "DahuaEvents.type": Text("厂家", "Make"),
    "HikvisionEvents.channel": Text("录像机的通道", "Channel of a recorder"),
    "DahuaEvents.channel": Text("录像机的通道", "Channel of a recorder"),
    "CameraAddress.detector": Text("识别模型", "Model"),
    "VisionSection.detector": Text("识别程序", "Detector"),
    "ForeignDetector.socket": Text("本机套接字", "Local socket"),
    "KeepingSection.keep": Text("保留多久", "Kept for"),
    "KeepingSection.before": Text("录像早于报警", "Clip begins before"),
    "KeepingSection.after": Text("录像晚于报警", "Clip ends after"),
    "EvidenceOptions.alarms": Text("只留证的报警类别", "Only alarms of"),
    "EvidenceOptions.cameras": Text("最多几台摄像机", "Cameras at most"),
    "EvidenceOptions.every": Text("同一摄像机的间隔", "Same camera again after"),
    "EvidenceOptions.ignore": Text("不留证的报警类别", "No alarms of"),
    "EvidenceOptions.near": Text("设备由哪些摄像机看到", "Cameras that show a device"),
    "analysed_per_second": Text("每秒分析几幅", "Analysed a second"),
    "budget_mb": Text("最多占用（MB）", "Room at most (MB)"),
    "corrupt_after": Text("花屏多久后告知", "Corrupt for"),
    "covered_after": Text("遮挡多久后告知", "Covered for"),
    "dark_after": Text("过暗多久后告知", "Dark for"),
    "decode": Text("解码", "Decoded"),
    "defocused_after": Text("失焦多久后告知", "Out of focus for"),
    "events": Text("摄像机自带的事件", "Events of the camera's own"),
    "faces": Text("人脸模型", "Model of faces"),
    "frozen_after": Text("冻结多久后告知", "Frozen for"),
    "health": Text("画面状况", "Health of the picture"),
    "models": Text("模型文件夹", "Folder of models"),
    "moved_after": Text("移动多久后告知", "Moved for"),
    "objects": Text("识别人和车的模型", "Model of people and vehicles"),
    "private": Text("遮盖的区域", "Areas blacked out"),
    "source": Text("画面", "Pictures"),
    "stalled_after": Text("多久没有画面算断开", "Lost after"),
    "url": Text("网址", "Address"),
    "well_after": Text("恢复多久后告知", "Well for"),
    "workers": Text("识别用的核数", "Cores that look"),
    "zones": Text("区域", "Zones"),
}
"""By the name of the field, or with its section's where that alone says too little."""

CHOICES: Final[Mapping[str, Text]] = {
    "all": Text("全部", "all"),
    "dahua": Text("大华", "Dahua"),
    "file": Text("录像文件", "recording"),
    "hikvision": Text("海康威视", "Hikvision"),
    "keyframes": Text("只解关键帧", "keyframes only"),
    "mjpeg": Text("MJPEG", "MJPEG"),
    "onvif": Text("ONVIF", "ONVIF"),
    "own": Text("网关自己的", "the gateway's own"),
    "rtsp": Text("RTSP", "RTSP"),
    "snapshot": Text("定时取图", "snapshots"),
    "usb": Text("USB 摄像头", "USB camera"),
}

HELP: Final[Mapping[str, str]] = {
    "Without a picture for so long, the link is down.": "这么久没有画面，链路即断开。",
    "Keyframes only cost a tenth, and suit what stands still.": (
        "只解关键帧约省九成处理器，适合看静止的东西。"
    ),
    "Where the camera's web service is: http://192.168.1.64": (
        "摄像机网页服务的地址，如 http://192.168.1.64"
    ),
    "Whom a https address has to be vouched for by; without it by nobody.": (
        "https 地址由谁的证书担保；不写即不核对。"
    ),
    "Of a recorder, which of its cameras.": "录像机的第几路。",
    "The camera's own smart events, where it has any.": "摄像机自带的智能事件，没有就不写。",
    "The id of a model card; without it the site's.": "模型卡的名字；不写即用小区的。",
    "Areas that are blacked out before anything is kept or sent.": (
        "留存或上传之前一律涂黑的区域。"
    ),
    "What all cameras of the site share.": "小区所有摄像机共用的设置。",
    "Folder of the models, relative to this file; models in the store.": (
        "模型所在文件夹，相对于本文件；不写即数据文件夹下的 models。"
    ),
    "Processor cores that may look for objects at the same time.": "同时用于识别的处理器核数。",
    "off: only what needs no model. A socket: a detector of your own.": (
        "off：只做不需要模型的。套接字：用自己的识别程序。"
    ),
    "The model that finds people and vehicles.": "识别人和车辆的模型。",
    "The model that finds faces, to make them unknowable.": "找人脸的模型，用来把脸模糊掉。",
    "When it is used up the oldest pictures go first, whatever their age.": (
        "用完后先删最旧的画面，不论时间。"
    ),
    "Of a clip, before the alarm.": "录像中报警之前的部分。",
    "Of a clip, after the alarm.": "录像中报警之后的部分。",
    "The camera's certificate or its issuer's; else the system's count.": (
        "摄像机的证书或其签发者的证书；不写即用系统信任的。"
    ),
    "So many at most, those that stand nearest.": "最多这么多台，取最近的。",
    "A camera keeps something this often at most; alarms in between share it.": (
        "一台摄像机最多这么久留存一次；其间的报警共用。"
    ),
    "The cameras that show a device, where the place does not tell: `lift-1: [cabin-1]`.": (
        "位置看不出时，写明哪些摄像机看得到设备：lift-1: [cabin-1]。"
    ),
    "Only alarms of these categories, such as `lift.*`.": "只为这些类别的报警，例如 lift.*。",
    "No alarms of these categories: a picture tells nothing about them.": (
        "不为这些类别的报警：画面说明不了什么。"
    ),
}
