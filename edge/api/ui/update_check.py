"""A release that the platform has offered, as a line of how the gateway is; pure."""

from __future__ import annotations

from edge.api.running import OfferStanding
from edge.model import Text
from edge.update.phases import BEFORE, PHASES


def state_of(offer: OfferStanding) -> Text:
    """How far it has come, when it may be installed, what it waits for."""
    done, hours = PHASES[offer.state], offer.window
    zh, en = [done.zh], [done.en]
    if offer.state == "accepted":
        share = offer.had * 100 // offer.size
        zh.append(f"{share}%")
        en.append(f"{share}%")
    if hours and offer.state in BEFORE:
        zh.append(f"{hours[0]}–{hours[1]} 之间安装")
        en.append(f"to be installed between {hours[0]} and {hours[1]}")
    if offer.reason.en:
        zh.append(offer.reason.zh)
        en.append(offer.reason.en)
    return Text("，".join(zh), ", ".join(en))
