"""Nothing that comes from outside is run: no code from text, no shell, no object from bytes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.source_tree import Module, modules
from tests.test_house import accept

pytestmark = pytest.mark.timeout(90)
"""The first to come reads the whole product."""

RUNS = frozenset(
    {"eval", "exec", "compile", "__import__", "import_module", "system", "popen"}
    | {"spawnl", "spawnv", "execv", "execve", "execvp", "execl", "fork", "run_path", "run_module"}
    | {"create_subprocess_exec", "create_subprocess_shell", "Popen", "check_output", "check_call"}
    | {"posix_spawn", "posix_spawnp", "getoutput", "getstatusoutput"}
)
"""What runs code or a program, by the last word of the call; `run` is too common a word."""

LOADS = frozenset({"pickle", "marshal", "shelve", "dill", "code", "codeop", "pty", "telnetlib"})
"""Modules that make objects from bytes that run code, or are a shell."""

RUN: Mapping[str, str] = {
    "edge/rules/expression.py:compile": "a tree that the grammar has built, not the text",
    "edge/cli/run.py:execv": "the same command once more, after a backup was restored",
    "edge/cli/parser.py:import_module": "a command's own file, by a name of a fixed list",
    "edge/drivers/__init__.py:import_module": "a driver, by a name of a fixed list",
    "edge/update/service.py:run": "systemctl, and a release that was verified, each word by itself",
    "edge/vision/nursery.py:import_module": "the module of a camera, by its fixed name",
    "edge/vision/nursery.py:fork": "a camera's process, of what is loaded already",
    "edge/vision/studio.py:create_subprocess_exec": "this Python with a module of the product",
    "edge/vision/studio.py:fork": "asks the nursery for a camera's process",
    "cloud_bridge/series_writer.py:create_subprocess_exec": "this Python with its own module",
}
"""Where something is run all the same, and why that is nobody else's code."""


def runs(module: Module) -> Iterator[str]:
    """What in a module runs code, or loads what could."""
    for call, name in module.calls():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        whose = owner.id if isinstance(owner, ast.Name) else ""
        if (name in RUNS and whose != "re") or whose == "subprocess":
            yield name
        if any(each.arg == "shell" for each in call.keywords):
            yield "shell="
    for node in module.nodes(ast.Import, ast.ImportFrom):
        assert isinstance(node, ast.Import | ast.ImportFrom)
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append(node.module or "")
            if node.module == "subprocess":
                yield "subprocess"
        yield from (name for name in names if name.partition(".")[0] in LOADS)


def test_the_gateway_runs_nothing_that_comes_from_outside() -> None:
    """Each place that runs something is listed with what it runs; there is no shell at all."""
    found = {
        f"{module.path}:{name}": "runs code or a program"
        for module in modules("edge", "cloud_bridge")
        for name in runs(module)
    }
    accept(found, RUN)


@pytest.mark.parametrize(
    "text",
    [
        "eval(text)",
        "exec(text)",
        "builtins.compile(text, '', 'exec')",
        "os.system(text)",
        "asyncio.create_subprocess_shell(text)",
        "anything(text, shell=True)",
        "subprocess.run(text)",
        "from subprocess import run",
        "import pickle",
        "from marshal import loads",
        "def later():\n    import pickle as harmless",
    ],
)
def test_what_runs_code_is_found(text: str) -> None:
    """A search that finds nothing would pass."""
    assert list(runs(Module("x.py", text)))


@pytest.mark.parametrize("text", ["re.compile(text)", "from edge.code import x", "import codecs"])
def test_what_runs_nothing_is_left_alone(text: str) -> None:
    """A pattern is no program."""
    assert not list(runs(Module("x.py", text)))
