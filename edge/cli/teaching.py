"""A command line that says what was meant: the nearest word, an example, where to read on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from edge.cli.examples import EXAMPLES

if TYPE_CHECKING:  # whatever stands here, every command waits for
    from edge.files.problems import Language

WRONG_INPUT = 2


class Teaching(argparse.ArgumentParser):
    """A parser, and with it those of all verbs below it: each shows an example of its own."""

    language: ClassVar[Language] = "en"

    def __init__(self, *, prog: str, epilog: str | None = None, **more: Any) -> None:
        """Take what any parser takes; the example is found by the words that lead here."""
        words = prog.partition(" ")[2]
        super().__init__(
            prog=prog,
            epilog=epilog or self._examples(words),
            formatter_class=_Formatter if self.language == "en" else _ChineseFormatter,
            add_help=False,
            allow_abbrev=False,
            **more,
        )
        self._positionals.title = self.say("参数", "arguments")
        self._optionals.title = self.say("选项", "options")
        self.add_argument("-h", "--help", action="help", help=self.say("显示说明", "show this"))

    def say(self, zh: str, en: str) -> str:
        """Choose between the two languages."""
        return zh if self.language == "zh" else en

    def parse_known_args(  # type: ignore[override] # its overloads differ in the namespace alone
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what is left over here, where the options are known that may be meant."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            options = [each for each in self._option_string_actions if each.startswith("--")]
            if left[0].startswith("-"):
                self.error(self._unknown(left[0].partition("=")[0], options))
            self.error(self.say(f"多出来的词：{left[0]}", f"one word too many: {left[0]}"))
        return found, left

    def error(self, message: str) -> NoReturn:
        """Say how it is used, what was wrong, and where to read on; exit status 2."""
        self.print_usage(sys.stderr)
        wrong = message.replace(
            "the following arguments are required:", self.say("还缺", "missing:")
        )
        more = self.say("说明和例子：", "explained, with an example: ")
        self.exit(WRONG_INPUT, f"{self.prog}: {wrong}\n{more}{self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(each) for each in action.choices]
            raise argparse.ArgumentError(None, self._unknown(str(value), choices))

    def _unknown(self, word: str, choices: Sequence[str]) -> str:
        from edge.choices import choose  # noqa: PLC0415 - only for who has mistyped something

        remedy = choose(word, choices)
        hint = self.say(remedy.zh, remedy.en)
        return self.say(f"没有 {word}；{hint}", f"there is no {word}; {hint}")

    def _examples(self, words: str) -> str | None:
        examples = EXAMPLES.get(words)
        if examples is None:
            return None
        title = self.say("例如", "for example")
        return "\n".join((f"{title}:", *(f"  {each}" for each in examples)))


class TeachingChinese(Teaching):
    """The same in Chinese."""

    language = "zh"


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Leaves the lines of examples as they are."""


class _ChineseFormatter(_Formatter):
    """Says in Chinese what the library says by itself."""

    def add_usage(self, *given: Any) -> None:
        """Add the line of usage."""
        usage, actions, groups, prefix = (*given, None)[:4]
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)
