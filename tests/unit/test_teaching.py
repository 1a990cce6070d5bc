"""The command line teaches: groups, examples, the nearest word, completion."""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from edge.__main__ import main
from edge.cli.completion import words_of
from edge.cli.examples import EXAMPLES
from edge.cli.parser import COMMANDS, GROUPS, parser_of

SHELLS = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}


def leaves(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The words that lead to each parser but the top one."""
    return (path for path, _ in words_of(parser) if path)


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is told of wrong words; their exit status is 2."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_has_an_example(language: str) -> None:
    """In its help, and none is left of a command that is gone (they stand in `EXAMPLES`)."""
    parser = parser_of("zh" if language == "zh" else "en")
    assert sorted(leaves(parser)) == sorted(EXAMPLES)
    assert main(["--lang", language]) == 2


@pytest.mark.parametrize("path", EXAMPLES)
def test_examples_can_be_typed(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is understood, begins with its command, and is shown by its help."""
    for example in EXAMPLES[path]:
        words = shlex.split(example.partition(" >")[0].partition(" <")[0])[1:]
        assert " ".join(words).startswith(path)
        assert callable(parser_of("en", [words[0]]).parse_args(words).run)
    with pytest.raises(SystemExit, match="0"):
        main([*path.split(), "--help"])
    assert all(example in capsys.readouterr().out for example in EXAMPLES[path][:1])


def test_the_overview_names_each_command_once() -> None:
    """Grouped by what one wants to do, with what it does."""
    shown = parser_of("en").format_help().splitlines()
    for name in COMMANDS:
        (line,) = [line for line in shown if line.startswith(f"  {name} ")]
        assert len(line.split()) > 2
    assert [f"{title}:" for _, title in GROUPS] == [each for each in shown if each[-1:] == ":"][:6]


def test_nothing_at_all_is_answered_with_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    """Who types `whistle` alone wants to know what there is."""
    assert main([]) == 2
    assert "demo" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["chek", "site.yaml"], "did you mean check?"),
        (["alarms", "acknowlege", "site.yaml", "1"], "did you mean acknowledge?"),
        (["doctor", "site.yaml", "--brokers"], "did you mean --broker?"),
        (["decode", "gb2687", "-"], "did you mean gb26875?"),
        (["check", "a.yaml", "b.yaml"], "one word too many: b.yaml"),
        (["check"], "missing: site"),
        (["--lang", "zh", "chek"], "是不是 check？"),
        (["--lang", "zh", "check"], "还缺 site"),
    ],
)
def test_a_wrong_word_is_answered_with_what_was_meant(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The nearest word, the usage of that command, and where its example is."""
    told = said(words, capsys)
    assert hint in told
    assert "--help" in told.splitlines()[-1]


def test_help_in_chinese_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """The library's own words too."""
    with pytest.raises(SystemExit, match="0"):
        main(["--lang", "zh", "alarms", "shelve", "--help"])
    told = capsys.readouterr().out
    assert [word for word in ("usage", "options", "positional", "show this") if word in told] == []
    assert "例如" in told


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_is_understood_by_its_shell(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed is a script without a mistake."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in COMMANDS)
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    ended = subprocess.run(SHELLS[shell], input=script, text=True, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("al", ["alarms"]),
        ("alarms sh", ["shelve"]),
        ("alarms shelve --m", ["--minutes"]),
        ("decode gb", ["gb26875"]),
        ("rules explain site.yaml --j", ["--json"]),
        ("--lang zh journal re", ["requeue"]),
    ],
)
def test_bash_completes(typed: str, offered: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Commands, verbs, options and choices; words in between are passed over."""
    main(["completion", "bash"])
    words = shlex.split(typed)
    asked = f"COMP_WORDS=(whistle {typed}); COMP_CWORD={len(words)}; _whistle"
    script = f'{capsys.readouterr().out}\n{asked}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    ended = subprocess.run(["bash"], input=script, text=True, capture_output=True, check=True)
    assert ended.stdout.split() == offered


def test_fish_completes(capsys: pytest.CaptureFixture[str]) -> None:
    """With what each word does beside it."""
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    main(["completion", "fish"])
    script = f"{capsys.readouterr().out}\ncomplete -C 'whistle alarms shel'"
    ended = subprocess.run(["fish"], input=script, text=True, capture_output=True, check=True)
    assert ended.stdout == "shelve\tput it aside for a while\n"
