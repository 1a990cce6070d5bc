"""Sites for tests that need one and do not care which."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from edge.model import Device, Text
from edge.site import Building, Policy, Site


def bare_site(
    *policies: Policy,
    devices: Mapping[str, Device] | None = None,
    buildings: Mapping[str, Building] | None = None,
) -> Site:
    """A site of one name with what is given."""
    return Site(
        id="site",
        name=Text("小区", "Community"),
        gateway="gw-1",
        timezone=ZoneInfo("Asia/Shanghai"),
        language="zh",
        reporter="网关",
        buildings=buildings or {},
        devices=devices or {},
        policies=policies,
    )
