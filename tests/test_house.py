"""The rules of the house, checked in every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

import pytest

from tests.source_tree import PRODUCT, Module, modules

pytestmark = pytest.mark.timeout(90)
"""The first to come reads the whole repository."""

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MOST_METHODS = 10
MOST_VERBS = 8

# Sizes are signs, not goals. What is longer because that is clearer says so here, in one line.
LONG_FILES: Mapping[str, str] = {}
LONG_FUNCTIONS: Mapping[str, str] = {}
MANY_METHODS: Mapping[str, str] = {
    "edge/drivers/gb26875/link.py:GbDriver": "what a connection asks of the port it came in by",
    "cloud_bridge/journal.py:Journal": "the one door to the disk, for the pipeline and the bridge",
}
MANY_VERBS: Mapping[str, str] = {
    "cloud_bridge/wire/telling.py": "one function for each kind of event",
    "simulators/platform/report.py": "one function for each question put to the platform",
}

# Where any exception at all has to be caught, and why.
BROAD_EXCEPT: Mapping[str, str] = {
    "edge/keeper.py": "one driver's fault must not stop the others",
    "edge/rules/engine.py": "one rule's fault must not stop the others",
    "edge/rules/hush.py": "whose fault it is, that rule's step will tell",
    "edge/commands/carrying.py": "a driver's mistake must not stop the gateway",
    "cloud_bridge/journal.py": "a confirmation's fault must not stop the disk",
    "cloud_bridge/journal_row.py": "one event must not keep others untold",
    "edge/pipeline.py": "no device may stop what watches all others",
    "edge/intake.py": "what fails half-way ends the pipeline, wherever it was called",
    "edge/vision/camera/process.py": "whatever breaks in a camera, the gateway is told where",
}

# Where a driver sleeps, and why that is no retry.
SLEEPS: Mapping[str, str] = {
    "edge/drivers/gb26875/link.py": "waits once, to tell of devices that have not connected",
}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOG_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
EMPTY_NAMES = re.compile(r"(?i)(manager|handler|helper|utils?|misc|common)s?$")


def accept(found: Mapping[str, str], allowed: Mapping[str, str]) -> None:
    """Fail on what is found and not allowed, and on exceptions that nothing needs any more."""
    wrong = [f"{where}: {what}" for where, what in sorted(found.items()) if where not in allowed]
    stale = [
        f"{where}: the exception is no longer needed" for where in allowed if where not in found
    ]
    assert not wrong + stale, "\n" + "\n".join(wrong + stale)


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with the name that an exception is listed under."""
    for node in module.nodes(*FUNCTIONS):
        assert isinstance(node, FUNCTIONS)
        yield f"{module.path}:{node.name}", node


def methods(node: ast.ClassDef) -> list[str]:
    """What a class offers to others."""
    return [
        part.name
        for part in node.body
        if isinstance(part, FUNCTIONS) and not part.name.startswith("_")
    ]


def classes(module: Module) -> Iterator[ast.ClassDef]:
    """Every class, wherever it stands."""
    return (node for node in module.nodes(ast.ClassDef) if isinstance(node, ast.ClassDef))


def test_a_module_says_what_it_is_in_one_line() -> None:
    """Each file, tests too, begins with a docstring of one line that ends with a full stop."""
    found = {}
    for module in modules(*PRODUCT, "tests"):
        docstring = ast.get_docstring(module.tree) or ""
        if "\n" in docstring or not docstring.endswith((".", "。")):
            found[module.path] = f"docstring {docstring[:50]!r}"
    accept(found, {})


def test_every_test_says_what_it_pins() -> None:
    """A test without a docstring is one whose failure nobody can judge."""
    found = {
        name: "no docstring"
        for module in modules("tests")
        for name, node in functions(module)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    }
    accept(found, {})


def test_files_are_short() -> None:
    """A file that outgrows a few screens holds two things."""
    found = {
        module.path: f"{module.lines} lines"
        for module in modules(*PRODUCT, "tests")
        if module.lines > LONGEST_FILE
    }
    accept(found, LONG_FILES)


def test_functions_are_short() -> None:
    """A function is read in one look."""
    found = {}
    for module in modules(*PRODUCT, "tests"):
        for name, node in functions(module):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                found[name] = f"{lines} lines"
    accept(found, LONG_FUNCTIONS)


def test_classes_offer_few_methods() -> None:
    """A class that can do many things has more than one reason to change."""
    found = {
        f"{module.path}:{node.name}": ", ".join(methods(node))
        for module in modules(*PRODUCT)
        for node in classes(module)
        if len(methods(node)) > MOST_METHODS
    }
    accept(found, MANY_METHODS)


def test_modules_offer_few_verbs() -> None:
    """Public functions and classes that do something; nouns and constants are free."""
    found = {}
    for module in modules(*PRODUCT):
        verbs = [
            node.name
            for node in module.tree.body
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")
            if not isinstance(node, ast.ClassDef) or methods(node)
        ]
        if len(verbs) > MOST_VERBS:
            found[module.path] = ", ".join(verbs)
    accept(found, MANY_VERBS)


def test_names_say_something() -> None:
    """No module and no class is named for being useful to others."""
    found = {}
    for module in modules(*PRODUCT):
        stem = module.path.rpartition("/")[2].removesuffix(".py")
        for name in (stem, *(node.name for node in classes(module))):
            if EMPTY_NAMES.search(name):
                found[f"{module.path}:{name}"] = "says nothing"
    accept(found, {})


def test_exceptions_are_caught_by_name() -> None:
    """Catching everything hides the mistakes of whoever writes the next line."""
    found = {}
    for module in modules(*PRODUCT):
        for node in module.nodes(ast.ExceptHandler):
            assert isinstance(node, ast.ExceptHandler)
            caught = ast.unparse(node.type) if node.type else "everything"
            if re.search(r"\b(Base)?Exception\b|^everything$", caught):
                found[module.path] = f"line {node.lineno} catches {caught}"
    accept(found, BROAD_EXCEPT)


def test_only_three_errors_cross_a_border() -> None:
    """Errors are named by who acts; others are private or a `ValueError` of one codec."""
    found = {}
    for module in modules("edge", "cloud_bridge"):
        for node in classes(module):
            bases = {ast.unparse(base) for base in node.bases}
            public = not node.name.startswith("_") and module.path != "edge/errors.py"
            if public and bases & {"Exception", "RuntimeError", "OSError", "GatewayError"}:
                found[f"{module.path}:{node.name}"] = "is an error of its own"
    accept(found, {})


def test_every_task_has_a_name() -> None:
    """A task is told by name in a log and when it is left behind."""
    found = {
        f"{module.path}:{call.lineno}": "create_task without name="
        for module in modules(*PRODUCT)
        for call, word in module.calls()
        if word == "create_task"
        if "name" not in {keyword.arg for keyword in call.keywords}
    }
    accept(found, {})


def test_queues_are_bounded() -> None:
    """A queue without a bound is a leak that waits for a bad day."""
    found = {
        f"{module.path}:{call.lineno}": f"{word} without a bound"
        for module in modules(*PRODUCT)
        for call, word in module.calls()
        if word in {"Queue", "PriorityQueue", "LifoQueue", "SimpleQueue"}
        if not call.args and not call.keywords
    }
    accept(found, {})


def test_the_clock_is_asked_in_one_place() -> None:
    """Instants come from the clock that is given, so that a test can give another."""
    found = {}
    for module in modules("edge", "cloud_bridge"):
        for call, _ in module.calls():
            if re.search(r"\bdatetime\.(now|utcnow|today)$|^time\.time$", ast.unparse(call.func)):
                found[f"{module.path}:{call.lineno}"] = f"{ast.unparse(call.func)}()"
    accept(found, {})


def test_drivers_do_not_wait_to_try_again() -> None:
    """Only the keeper retries; a driver that sleeps says what for."""
    found = {
        module.path: f"line {call.lineno} sleeps"
        for module in modules("edge/drivers")
        for call, word in module.calls()
        if word == "sleep"
    }
    accept(found, SLEEPS)


def test_streams_are_closed_by_who_reads_them() -> None:
    """An async generator that is left half-way is closed at once, not when memory is."""
    found = {}
    for module in modules(*PRODUCT):
        for node in module.nodes(ast.AsyncFor):
            assert isinstance(node, ast.AsyncFor)
            source = ast.unparse(node.iter)
            if re.search(r"\.(reports|messages)\(\)$", source):
                found[f"{module.path}:{node.lineno}"] = f"{source} outside aclosing"
    accept(found, {})


def test_a_log_line_is_an_event_and_keys() -> None:
    """What happened is a fixed word that can be searched; what differs goes into keys."""
    found = {}
    for module in modules(*PRODUCT):
        for call, word in module.calls():
            source = ast.unparse(call.func)
            if (
                word in LOG_LEVELS
                and re.search(r"\b_?log(ger)?\.", source)
                and not literal(call.args)
            ):
                found[f"{module.path}:{call.lineno}"] = ast.unparse(call)[:60]
    accept(found, {})


def literal(arguments: Iterable[ast.expr]) -> bool:
    """Whether the first argument is plain text."""
    first = next(iter(arguments), None)
    return isinstance(first, ast.Constant) and isinstance(first.value, str)
