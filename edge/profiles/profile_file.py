"""A profile's document as its driver's model, checked as a whole."""

from __future__ import annotations

from edge.choices import choose
from edge.driver import DriverKind, Kinds
from edge.files.messages import shown
from edge.files.problems import Problems
from edge.files.sections import read
from edge.files.yaml_file import Document, Steps, Tree
from edge.model import Text
from edge.profiles.alarm_checks import misfits, unfit_condition
from edge.schema import Profile


def overlay(own: Document, base: Document) -> Document:
    """What a document that `extends` another says, where it says nothing what that one says."""
    top = own.tree
    if isinstance(top, dict):
        top = {key: value for key, value in top.items() if key != "extends"}
    return Document(
        file=own.file,
        tree=_laid(top, base.tree),
        values={**base.values, **own.values},
        keys={**base.keys, **own.keys},
        problems=(*own.problems, *base.problems),
    )


def _laid(own: Tree, base: Tree) -> Tree:
    if not isinstance(own, dict) or not isinstance(base, dict):
        return own
    both = {key: _laid(own[key], value) for key, value in base.items() if key in own}
    return {**base, **own, **both}


def check_profile(document: Document, kinds: Kinds, problems: Problems) -> Profile | None:
    """Make the profile; otherwise tell every mistake in it."""
    problems.found += document.problems
    if document.tree is None:
        return None
    kind = driver_of(document, ("driver",), kinds, problems)
    profile = read(document, (), kind.profile, problems) if kind else None
    if profile is None or document.problems:
        return None
    sound = True
    for name, alarm in profile.alarms.items():
        for misfit in misfits(alarm, profile):
            sound = False
            steps = ("alarms", name, *misfit.steps)
            problems.add(document, steps, misfit.what, misfit.remedy)
    for name, conditions in profile.lift.facts() if profile.lift else ():
        for at, condition in enumerate(conditions):
            for misfit in unfit_condition(condition, profile):
                sound = False
                steps = ("lift", name, at, *misfit.steps[1:])
                problems.add(document, steps, misfit.what, misfit.remedy)
    return profile if sound else None


def driver_of(
    document: Document, steps: Steps, kinds: Kinds, problems: Problems
) -> DriverKind | None:
    """The kind of driver that is named there; otherwise tell what is wrong with the name."""
    name = document.at(steps)
    if isinstance(name, str) and (kind := kinds.get(name)):
        return kind
    what = Text(f"没有驱动 {shown('', name)}", f"there is no driver {shown('', name)}")
    if name is None:
        what = Text("缺少 driver", "driver is missing")
    problems.add(document, steps, what, choose(str(name), [*kinds]))
    return None
