"""The firewall's rules for a site: every place that it calls, and no other."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from edge.cli.doctor.places import Place
from edge.cli.egress_rules import Called, destinations, rules, unresolved
from edge.config import Configuration, load

SITE = """\
site: {id: s, name: {zh: 测试, en: Test}}
gateway: {id: gw}
links:
  - {id: lift, driver: modbus, transport: {type: tcp, host: 192.0.2.1, port: 502}}
  - {id: box, driver: modbus, transport: {type: dial_in, listen: 7000, registration: abc}}
  - {id: bus, driver: modbus, transport: {type: rtu, port: /dev/ttyUSB0}}
  - {id: gates, driver: mqtt_gate, broker: {host: 192.0.2.2}}
  - id: cam
    driver: camera
    source: {type: rtsp, url: "rtsp://192.0.2.3/1"}
    events: {type: onvif, url: "http://192.0.2.3:8080/onvif"}
devices: []
uplinks:
  - id: city
    type: mqtt
    broker: {host: city.example, port: 8883}
    https: {url: "https://city.example/in"}
series: {url: "https://influx.example:8086"}
updates: {url: "https://releases.example/whistle"}
"""


def site(folder: Path) -> Configuration:
    """The site above, read."""
    file = folder / "site.yaml"
    file.write_text(SITE, encoding="utf-8")
    return load(file, language="en")


def test_every_place_that_a_site_calls_is_listed(tmp_path: Path) -> None:
    """Devices, brokers, cameras and their events, platform both ways, series, releases."""
    assert [f"{each.link} {each}" for each in destinations(site(tmp_path))] == [
        "lift 192.0.2.1:502",
        "gates 192.0.2.2:1883",
        "cam 192.0.2.3:554",
        "cam 192.0.2.3:8080",
        "city city.example:8883",
        "city city.example:443",
        "series influx.example:8086",
        "updates releases.example:443",
    ]


def test_rules_accept_the_listed_and_refuse_the_rest() -> None:
    """Each address with its port and whose it is, in both kinds of IP; the last word is no."""
    place = Place(link="lift", way="tcp", host="h", port=502)
    other = Place(link="gates", way="tcp", host="h", port=502)
    both = (ip_address("192.0.2.1"), ip_address("2001:db8::1"))
    text = rules(
        [Called(place=place, addresses=both), Called(place=other, addresses=both[:1])],
        [ip_address("192.0.2.53")],
        "whistle",
    )
    lines = [line.strip() for line in text.splitlines()]
    assert "ip daddr 192.0.2.1 tcp dport 502 accept  # lift, gates" in lines
    assert "ip6 daddr 2001:db8::1 tcp dport 502 accept  # lift" in lines
    assert "ip daddr 192.0.2.53 meta l4proto { tcp, udp } th dport 53 accept" in lines
    assert 'meta skuid != "whistle" accept' in lines
    assert lines[-3:] == ["counter reject with icmpx admin-prohibited", "}", "}"]


def test_a_name_without_an_address_is_told() -> None:
    """Nothing is allowed for it, which somebody has to know."""
    place = Place(link="city", way="tcp", host="city.example", port=443)
    called = [Called(place=place, addresses=())]
    assert unresolved(called) == {"city.example": "city"}
    assert "443" not in rules(called, [], "whistle")
