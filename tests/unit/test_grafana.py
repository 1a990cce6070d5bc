"""The shipped dashboards ask for what is really written, and say so in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from ruamel.yaml import YAML

from tests.fakes.dashboards import boards, metric_names, questions, written
from tests.fakes.riverside import riverside
from tests.source_tree import ROOT

NAMES = ("access", "fire", "gateway", "lifts", "site")


def fits(tags: Mapping[str, str], wanted: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a series is one that a selector means."""
    for label, (how, what) in wanted.items():
        own = tags.get(label, "")
        same = re.fullmatch(what, own) is not None if how == "=~" else own == what
        if same is (how == "!="):
            return False
    return True


def test_every_query_finds_what_the_simulated_community_writes() -> None:
    """A point that is renamed empties a panel, and nobody would know."""
    series = [(name, {"__name__": name, **dict(tags)}) for name, tags in written(riverside().site)]
    lost = []
    for question in questions():
        for name, wanted in question.selectors():
            if not any(name in {"", own} and fits(tags, wanted) for own, tags in series):
                lost.append(f"{question.board}: {question.panel}: {name}{wanted}")
    assert lost == []


def test_every_metric_of_the_gateway_itself_exists() -> None:
    """Those come from `/metrics`, not from readings."""
    used = {name for question in questions() for name in question.own()}
    assert len(used) > 8
    assert used - metric_names() == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_can_be_read_in_both_languages(name: str) -> None:
    """Titles have both; ids are once; every variable that a query uses is there."""
    board = boards()[name]
    titles = [board["title"], *(panel["title"] for panel in board["panels"])]
    assert [each for each in titles if not re.search("[\u4e00-\u9fff].* · [A-Za-z/]", each)] == []
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert board["uid"] == f"whistle-{name}"
    variables = {each["name"] for each in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]+)", str(board["panels"]) + str(board["templating"])))
    assert used - variables == set()
    assert {"datasource", "site"} <= variables


def test_panels_do_not_cover_each_other() -> None:
    """Each place of the grid is one panel's."""
    for name, board in boards().items():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(at["x"], at["x"] + at["w"])
                for y in range(at["y"], at["y"] + at["h"])
            }
            assert not cells & taken, (name, panel["title"])
            assert at["x"] + at["w"] <= 24
            taken |= cells
    assert {*boards()} == {*NAMES}


def test_the_data_source_is_the_one_that_dashboards_begin_with() -> None:
    """Provisioned under the name and the id that they have chosen."""
    path = ROOT / "docker" / "grafana" / "provisioning" / "datasources" / "whistle.yaml"
    [source] = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))["datasources"]
    for board in boards().values():
        chosen = board["templating"]["list"][0]
        assert chosen["query"] == source["type"]
        assert chosen["current"] == {"text": source["name"], "value": source["uid"]}
