"""What a camera's process and its driver say is told to a technician in both languages."""

from __future__ import annotations

import pytest

from edge.api.ui.device.reasons import device_reason, link_reason
from edge.vision.sources import words

SAID = sorted(
    {
        *words.BY_STATUS.values(),
        *words.BY_ERRNO.values(),
        *(
            value
            for name, value in vars(words).items()
            if name.isupper() and isinstance(value, str)
        ),
        words.stalled(3.0),
        "wrong user name or password",
        "the camera wants a user name and a password",
        "the camera wants the password in the clear: set it to digest",
        "the camera does not offer that address",
        "the camera does not answer",
        "the camera cannot be reached",
        "the camera has hung up",
        "the camera has ended its events",
        "no sign of life for 60 s",
        "the camera has no ONVIF service Events",
        "the camera refuses: ter:NotAuthorized",
        "the password's file cannot be read: No such file or directory",
        "no picture within 20 s",
        "the camera's process was killed",
        "the camera's process does not answer any more",
        "cameras need numpy: pip install 'whistle[vision]'",
    }
)


@pytest.mark.parametrize("said", SAID)
def test_why_a_camera_is_lost(said: str) -> None:
    """Each has a Chinese and an English word of its own, and something to do."""
    reason = link_reason(said)
    assert not reason.what.zh.isascii()
    assert not reason.remedy.zh.isascii()
    assert "{" not in reason.what.en + reason.remedy.en
    assert reason.remedy.en != "the log says more"


@pytest.mark.parametrize(
    ("said", "zh"),
    [
        ("too much to look at: 37 of 90 pictures left out in 10 s", "画面太多，来不及识别"),
        ("12 of 250 pictures broken in 10 s", "画面损坏（12 of 250）"),
        ("0.5 pictures a second, 5 are to be analysed", "每秒只有 0.5 幅画面，要分析 5 幅"),
        ("its own events are not heard: refused", "听不到摄像机自带的事件：refused"),
        ("yolox_nano: not there; whistle models pull yolox_nano", "缺少模型 yolox_nano"),
        ("640 × 360 h264", "画面 640 × 360"),
        (
            "thrown_object needs 25 pictures a second, 12 come",
            "高空抛物要每秒 25 幅画面，现在只有 12 幅",
        ),
        (
            "thrown_object needs 25 pictures a second, few come",
            "高空抛物要每秒 25 幅画面，现在断断续续",
        ),
        ("cabin_object has not seen the cabin empty yet", "还没有看到过空轿厢"),
        ("bin_full has not been taught: a.json: No such file", "垃圾桶还没有教过：a.json"),
        ("well again", "恢复正常"),
    ],
)
def test_how_a_camera_serves(said: str, zh: str) -> None:
    """Its own words about itself, with their counts."""
    assert device_reason(said).what.zh.startswith(zh)
