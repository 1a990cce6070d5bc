"""The templates of one language: their words, filters and macros."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from edge.api.house import House
from edge.api.ui import wording
from edge.api.ui.bundle import CHINESE, STATIC, TEMPLATES
from edge.api.ui.compiled import COMPILED
from edge.api.ui.time_tag import time_tag
from edge.api.words import Language
from edge.model import Point, Value

ZONE_UNKNOWN: Final = ZoneInfo("Asia/Shanghai")
"""Where a site file has not said, or cannot be read: what it takes when it does not say."""


def environment(language: Language, house: House) -> Environment:
    """Build it; what says how it is now is asked each time, and never folded into a template."""
    env = Environment(
        loader=DictLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
        bytecode_cache=COMPILED[language],
    )
    _speak(env, language)
    _tell_time(env, language, house)
    env.filters["say"] = lambda text: wording.say(text, language)
    env.filters["size"] = wording.size
    env.filters["number"] = _numbers(language)
    env.filters["name"] = _names(language, house)
    env.globals.update(static=static, language=language)
    env.globals["ui"] = env.get_template("macros.html").module
    return env


def static(name: str) -> str:
    """Where a static file is found; the address changes when the file does."""
    return f"/static/{STATIC[name].hashed}"


def zone_of(house: House) -> ZoneInfo:
    """The site's time zone."""
    running = house.current()
    return running.configuration.site.timezone if running else ZONE_UNKNOWN


def _speak(env: Environment, language: Language) -> None:
    def one(text: str) -> str:
        return CHINESE.get(text, (text,))[0] if language == "zh" else text

    def many(single: str, plural: str, count: int) -> str:
        return one(single) if language == "zh" or count == 1 else plural

    env.install_gettext_callables(one, many, newstyle=True)  # type: ignore[attr-defined]


def _tell_time(env: Environment, language: Language, house: House) -> None:
    @pass_context
    def clock(_: Context, at: datetime | None, *, exact: bool = False) -> Markup:
        zone = zone_of(house)
        return time_tag(at, wording.told(at, house.now(), zone, exact=exact), zone)

    @pass_context
    def ago(_: Context, at: datetime | None) -> Markup:
        shown = wording.aged(at, house.now(), language)
        return time_tag(at, shown, zone_of(house), "ages")

    @pass_context
    def left(_: Context, at: datetime | None) -> Markup:
        shown = wording.left(at, house.now(), language)
        return time_tag(at, shown, zone_of(house), "left")

    def lasting(span: timedelta | float | None, parts: int = 2) -> str:
        return wording.lasting(span, language, parts)

    env.filters.update(clock=clock, ago=ago, left=left, lasting=lasting)
    env.globals.update(now=house.now, zone=lambda: zone_of(house).key)


def _numbers(language: Language) -> Callable[[Value | None, Point | None], str]:
    def number(value: Value | None, point: Point | None = None) -> str:
        return wording.number(value, language, point)

    return number


def _names(language: Language, house: House) -> Callable[[Context, str], str]:
    @pass_context
    def name(_: Context, device: str) -> str:
        """What people call a device; its id where it is no longer on the site."""
        running = house.current()
        known = running.configuration.site.devices.get(device) if running else None
        return wording.say(known.name, language) if known else device

    return name
