"""What differs between two configurations: bytes, lines, links, devices."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import Configuration, load
from edge.versions.changes import Changes, changes
from edge.versions.difference import difference
from edge.versions.files import BOM, Files, Unfit
from tests.fakes.small_site import PROFILE, SITE, TABLE, lay_out

NAME = "site.yaml"
RULE = (
    "{id: r, when: {point: box-1/leakage, above: 5},"
    " raise: {category: a.b, severity: 5, lane: info, text: {zh: a, en: a}}}"
)


def _files(body: bytes, **others: bytes) -> Files:
    return Files(site=NAME, contents={NAME: body, **others})


def test_etag() -> None:
    """The same for the same names and bytes, in whatever order; another for anything else."""
    one = Files(site=NAME, contents={"a": b"1", "b": b"2"})
    assert one.etag == Files(site=NAME, contents={"b": b"2", "a": b"1"}).etag
    others = [
        Files(site=NAME, contents={"a": b"12", "b": b""}),
        Files(site=NAME, contents={"a": b"2", "b": b"1"}),
        Files(site=NAME, contents={"a": b"1"}),
        Files(site=NAME, contents={"ab": b"12"}),
        Files(site="b", contents={"a": b"1", "b": b"2"}),
    ]
    assert len({each.etag for each in (one, *others)}) == len(others) + 1


def test_text_keeps_mark_and_encoding() -> None:
    """A byte order mark stays, a table from a spreadsheet stays GB18030."""
    files = _files(BOM + "名: 1\r\n".encode(), **{"t.csv": "房间,1\n".encode("gb18030")})
    assert files.text() == "名: 1\r\n"
    assert files.put(NAME, "名: 2\r\n").contents[NAME] == BOM + "名: 2\r\n".encode()
    assert files.text("t.csv") == "房间,1\n"
    assert files.put("t.csv", "房间,2\n").contents["t.csv"] == "房间,2\n".encode("gb18030")
    assert files.put("new.csv", "房间").contents["new.csv"] == "房间".encode()
    with pytest.raises(Unfit, match="character 2 cannot be saved"):
        files.put(NAME, "a\ud800")


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", ""]), st.sampled_from(["\n", "\r\n"])), max_size=8
    ),
    st.sampled_from(["", "z"]),
)
def test_typed_text_comes_back_as_it_was(lines: list[tuple[str, str]], last: str) -> None:
    """A form sends CRLF; what nobody has changed keeps the line ends that it had, mixed or not."""
    text = "".join(f"{line}{end}" for line, end in lines) + last
    files = _files(text.encode())
    sent = text.replace("\r\n", "\n").replace("\n", "\r\n")
    assert files.typed(NAME, sent) == files


def test_typed_text_gets_the_files_line_ends() -> None:
    """New lines end as most of the others do."""
    assert _files(b"a\nb\n").typed(NAME, "a\r\nc\r\nb\r\n").contents[NAME] == b"a\nc\nb\n"
    assert _files(b"a\r\nb\r\n").typed(NAME, "a\nc\nb").contents[NAME] == b"a\r\nc\r\nb"


def test_lines_that_differ() -> None:
    """Hunks with three lines around, numbers on both sides, neighbours in one."""
    old = "".join(f"{n}\n" for n in range(1, 31))
    new = old.replace("5\n", "five\n", 1).replace("\n10\n", "\n").replace("\n30\n", "\n30\nmore\n")
    (found,) = difference(_files(old.encode()), _files(new.encode()))
    assert (found.name, found.state, found.added, found.removed) == (NAME, "changed", 2, 2)
    shown = [(line.kind, line.old, line.new, line.text) for line in found.lines]
    assert shown[:6] == [
        ("hunk", 2, 2, "@@ -2,12 +2,11 @@"),
        ("same", 2, 2, "2"),
        ("same", 3, 3, "3"),
        ("same", 4, 4, "4"),
        ("removed", 5, 0, "5"),
        ("added", 0, 5, "five"),
    ]
    assert ("removed", 10, 0, "10") in shown
    assert shown[-5:] == [
        ("hunk", 28, 27, "@@ -28,3 +27,4 @@"),
        ("same", 28, 27, "28"),
        ("same", 29, 28, "29"),
        ("same", 30, 29, "30"),
        ("added", 0, 30, "more"),
    ]


lines = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=25)


@given(lines, lines)
def test_a_difference_is_the_whole_difference(old: list[str], new: list[str]) -> None:
    """What is shown leads from the old file to the new one, line by line."""
    before, after = ("".join(f"{line}\n" for line in each) for each in (old, new))
    found = difference(_files(before.encode()), _files(after.encode()))
    if before == after:
        assert not found
        return
    left = {line.old for line in found[0].lines if line.kind in {"same", "removed"}}
    rebuilt: list[str] = []
    at = 1
    for line in found[0].lines:
        if line.kind == "hunk":
            rebuilt += old[at - 1 : line.old - 1]
            at = line.old
        elif line.kind == "added":
            rebuilt.append(line.text)
        else:
            assert line.text == old[line.old - 1]
            at = line.old + 1
            rebuilt += [line.text] * (line.kind == "same")
    assert rebuilt + old[at - 1 :] == new
    assert left <= set(range(len(old) + 1))


def test_what_cannot_be_seen_is_shown() -> None:
    """Line ends, a byte order mark and a missing last line end have signs of their own."""
    (found,) = difference(_files(b"a\nb\n"), _files(BOM + b"a\r\nb"))
    assert [line.text for line in found.lines if line.kind == "added"] == ["␂a␍", "b␃"]


def test_files_that_come_and_go() -> None:
    """The site file first; what is new or gone is shown as a whole."""
    found = difference(_files(b"a\n", x=b"1\n"), _files(b"b\n", y=b"2\n"))
    assert [(each.name, each.state, each.added, each.removed) for each in found] == [
        (NAME, "changed", 1, 1),
        ("x", "removed", 0, 1),
        ("y", "added", 1, 0),
    ]


def test_a_large_table_is_compared_at_once() -> None:
    """Ten thousand lines with one that differs are no work; nor are as many that all differ."""
    rows = [f"{n},x\n" for n in range(10_000)]
    old = _files("".join(rows).encode())
    rows[7000] = "new\n"
    assert len(difference(old, _files("".join(rows).encode()))[0].lines) == 9
    assert difference(old, _files(b"x\n" * 10_000))[0].removed == 10_000


def _loaded(folder: Path, text: str = SITE) -> Configuration:
    folder.mkdir()
    lay_out(folder).write_text(text, encoding="utf-8")
    return load(folder / NAME, home=Path("/site"))


@pytest.fixture
def small(tmp_path: Path) -> Configuration:
    """The small site."""
    return _loaded(tmp_path / "old")


def test_nothing_changes(small: Configuration, tmp_path: Path) -> None:
    """The same files loaded again, be it in another order, restart nothing."""
    assert changes(small, _loaded(tmp_path / "same")) == Changes()
    head, _, devices = SITE.partition("devices:\n")
    one, fire, two = devices.partition("  - id: fire-1\n")
    moved = f"{head}devices:\n{fire}{two}{one}# a comment\n"
    assert changes(small, _loaded(tmp_path / "moved", moved)) == Changes()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("port: 15021", "port: 15022", Changes(links_changed=("bus",))),
        ("{unit: 1}", "{unit: 2}", Changes(links_changed=("bus",), devices_changed=("box-1",))),
        ("en: Box", "en: Bx", Changes(devices_changed=("box-1",))),
        (
            "id: box-1",
            "id: box-2",
            Changes(links_changed=("bus",), devices_added=("box-2",), devices_removed=("box-1",)),
        ),
        ("language: en", "language: zh", Changes(sections=("site",))),
        (
            "devices:",
            "policies: [{alarms: a.*, notice: {title: &t {zh: a, en: a}, text: *t}}]\ndevices:",
            Changes(sections=("policies",)),
        ),
        ("devices:", "page: {listen: {port: 9000}}\ndevices:", Changes(page=True)),
        ("devices:", "watch: {fire: {again: 31s}}\ndevices:", Changes(sections=("watch",))),
        (
            "devices:",
            "uplinks: [{id: up, type: mqtt, broker: {host: h}}]\ndevices:",
            Changes(uplinks_added=("up",)),
        ),
        (
            "devices:",
            "buildings: [{id: b, name: {zh: b, en: b}}]\ndevices:",
            Changes(sections=("buildings",)),
        ),
        (
            "devices:",
            "  - {id: spare, driver: modbus, transport: {type: tcp, host: h}}\ndevices:",
            Changes(links_added=("spare",)),
        ),
        (
            "devices:",
            f"rules: [{RULE}]\ndevices:",
            Changes(rules_added=("small/r",)),
        ),
    ],
)
def test_what_changes(
    small: Configuration, tmp_path: Path, old: str, new: str, found: Changes
) -> None:
    """Only the links that are touched restart; everything else is named."""
    after = _loaded(tmp_path / "new", SITE.replace(old, new))
    changed = changes(small, after)
    if changed.rules_added:
        found = Changes(rules_added=tuple(rule.id for rule in after.rules))
    assert changed == found
    back = changes(after, small)
    assert (back.links_removed, back.uplinks_removed, back.devices_removed) == (
        found.links_added,
        found.uplinks_added,
        found.devices_added,
    )


def test_profiles_and_tables_change_their_links(small: Configuration, tmp_path: Path) -> None:
    """A link restarts when a profile of a device on it differs; a table is not the driver's."""
    after = tmp_path / "new"
    _loaded(after)
    (after / "profiles/sensors/box.yaml").write_text(PROFILE.replace("register: 1", "register: 2"))
    assert changes(small, load(after / NAME, home=Path("/site"))).links_changed == ("bus",)
    (after / "fire-1.csv").write_text(TABLE + "1,1,1,2,,,2,,stairs\n")
    found = changes(small, load(after / NAME, home=Path("/site")))
    assert found.links_changed == ("bus",)
    assert found.devices_changed == ("box-1", "fire-1")


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("id: small", "id: other", "site.id"),
        ("id: gw-1", "id: gw-2", "gateway.id"),
        ("store: var", "store: var2", "gateway.store"),
    ],
)
def test_needs_a_restart(
    small: Configuration, tmp_path: Path, old: str, new: str, name: str
) -> None:
    """What topics and the journal hang on is not changed while the gateway runs."""
    (why,) = changes(small, _loaded(tmp_path / "new", SITE.replace(old, new))).needs_restart
    assert why.en.startswith(f"{name} cannot change while the gateway runs")
    assert why.zh.startswith(f"{name} 不能在运行中更改")
