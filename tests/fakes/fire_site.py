"""The file of a site with one fire device and no page, for tests of the whole gateway."""

from __future__ import annotations

from typing import Final

FIRE_SITE: Final = """\
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{serve: 'off'}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {port}}}}}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 消防, en: Fire}}
    address: {{address: 7}}
"""
"""To be formatted with the `port` of the link; a test that needs more writes on below it."""
