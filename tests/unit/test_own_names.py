"""The names of the machine: those that somebody elsewhere can type."""

from __future__ import annotations

from pathlib import Path

from edge.own_names import own_names

TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.1
              /32 host LOCAL
     |-- 192.0.2.0
        /24 link UNICAST
     |-- 192.0.2.7
        /32 host LOCAL
     |-- 192.0.2.255
        /32 link BROADCAST
Local:
     |-- 192.0.2.7
        /32 host LOCAL
"""
INET6 = """00000000000000000000000000000001 01 80 10 80       lo
fe800000000000000250b6fffe000001 02 40 20 80     eth0
20010db8000000000000000000000007 02 40 00 80     eth0
"""


def test_the_machine_s_addresses_are_those_that_others_can_type(tmp_path: Path) -> None:
    """From what the kernel lists: no networks, no broadcast, no address of one link only."""
    (tmp_path / "fib_trie").write_text(TRIE)
    (tmp_path / "if_inet6").write_text(INET6)
    _, *rest = own_names(tmp_path)
    assert rest == ["localhost", "127.0.0.1", "::1", "192.0.2.7", "2001:db8::7"]


def test_a_kernel_that_lists_nothing_is_no_trouble(tmp_path: Path) -> None:
    """Then the name and localhost remain."""
    _, *rest = own_names(tmp_path)
    assert rest == ["localhost", "127.0.0.1", "::1"]
