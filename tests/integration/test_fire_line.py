"""A simulated transmission device whose centre keeps nothing: a new fire waits for no other."""

from __future__ import annotations

from tests.fakes.gb26875_site import Site, until, with_panel


@with_panel
async def test_a_second_fire_does_not_wait_for_the_first_to_be_confirmed(site: Site) -> None:
    """Both are told while neither is confirmed; both are confirmed when the centre keeps again."""
    site.keeps = False
    await site.act("fire", zone=10, point=2)
    await until(lambda: site.values("1-1-10-2.fire"))
    await site.act("fire", zone=10, point=3)
    await until(lambda: site.values("1-1-10-3.fire"))
    assert not any(told.confirmed for told in site.panel.told)
    assert all(told.sent is not None for told in site.panel.told)
    site.keeps = True
    await until(site.all_confirmed)
