"""`whistle models`: what sees for the cameras: list it, get it, try it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from edge.cli.command import Say
from edge.cli.models_folder import add_folder, folder_of, need_vision
from edge.cli.models_list import row_of
from edge.errors import ConfigError
from edge.vision.detect.adding import recognised, take_in
from edge.vision.detect.card import Card
from edge.vision.detect.cards import cards, read_card
from edge.vision.detect.model_files import pull, put
from edge.vision.detect.shelf import Shelf, accept, accepted, file_of
from edge.vision.detect.trouble import Misread, NotHad, Unusable

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]

MEGA: Final = 1e6


def add_models(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        add_folder(parser, say)
        return parser

    _add_list(verb, say)
    _add_pull(verb, say)
    _add_add(verb, say)
    _add_verify(verb, say)
    _add_bench(verb, say)


def _add_list(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        folder = folder_of(arguments)
        rows = [row_of(card, folder) for card in _known(arguments).values()]
        if arguments.json:
            told = [row.plain() for row in rows]
            sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
            return 0
        sys.stdout.write("".join(row.line(say) for row in rows))
        sys.stdout.write(say(f"目录：{folder}\n", f"folder: {folder}\n"))
        return 0

    command = verb("list", say("有哪些模型，缺的怎么取", "all, and how to get what is missing"))
    command.add_argument("--json", action="store_true", help="JSON")
    command.set_defaults(run=run)


def _add_pull(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        folder = folder_of(arguments)
        for card in _named(arguments, say):
            _agreed(card, arguments, say)
            if row_of(card, folder).state != "here":
                try:
                    pull(card, folder, _progress(card))
                except NotHad as error:
                    raise _refused(error, say) from error
            _say_there(card, folder, say)
        return 0

    command = verb("pull", say("下载模型并核对", "download models, and make sure of them"))
    command.add_argument("model", nargs="+", metavar="ID", help=say("模型 ID", "a model's id"))
    _add_acceptance(command, say)
    command.set_defaults(run=run)


def _add_add(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        folder, file = folder_of(arguments), arguments.file
        try:
            if arguments.card is None:
                card = recognised(file, _known(arguments).values())
                _agreed(card, arguments, say)
                put(card, file, folder)
            else:
                laid = read_card(arguments.card, arguments.lang)
                card = laid.card
                _agreed(card, arguments, say)
                take_in(file, laid, folder)
        except NotHad as error:
            raise _refused(error, say) from error
        _say_there(card, folder, say)
        return 0

    command = verb("add", say("放入手头的模型文件（离线时）", "take in a file at hand (offline)"))
    command.add_argument("file", type=Path, help=say("模型文件", "the model's file"))
    command.add_argument(
        "--card", type=Path, help=say("自带模型的卡片", "the card of a model of your own")
    )
    _add_acceptance(command, say)
    command.set_defaults(run=run)


def _add_verify(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        need_vision(say)
        from edge.vision.detect.selftest import verify  # noqa: PLC0415 - numpy only when wanted

        shelf = Shelf([folder_of(arguments)])
        well = True
        for card in _chosen(arguments, say):
            try:
                wrong = list(verify(shelf.find(card.id)))
            except Unusable as error:
                wrong = [error.text]
            well = well and not wrong
            state = say("有问题", "WRONG") if wrong else say("正确", "right")
            sys.stdout.write(f"{card.id}: {state}\n")
            sys.stdout.write("".join(f"  {say(each.zh, each.en)}\n" for each in wrong))
        return 0 if well else 1

    command = verb("verify", say("在卡片的图片上自检", "try them on the pictures of their cards"))
    _add_choice(command, say)
    command.set_defaults(run=run)


def _add_bench(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        need_vision(say)
        from edge.vision.detect.measure import measure  # noqa: PLC0415 - numpy only when wanted

        shelf = Shelf([folder_of(arguments)])
        for card in _chosen(arguments, say):
            try:
                cost = measure(shelf.find(card.id))
            except (Unusable, Misread) as error:
                raise _refused(error, say) from error
            sys.stdout.write(
                f"{card.id}: {cost.runs_on}, p50 {cost.p50_ms:.1f} ms, p99 {cost.p99_ms:.1f} ms, "
                + say(f"单核每秒 {cost.a_second:.0f} 张\n", f"{cost.a_second:.0f}/s on one core\n")
            )
        return 0

    command = verb("bench", say("测量每张图片的耗时", "measure what a picture costs here"))
    _add_choice(command, say)
    command.set_defaults(run=run)


def _add_choice(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "model", nargs="*", metavar="ID", help=say("不写则已有的全部", "else all that are here")
    )


def _add_acceptance(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "--accept-licence",
        action="store_true",
        help=say("接受其许可证（AGPL 等需要）", "accept its licence, where it is such as AGPL"),
    )


def _known(arguments: argparse.Namespace) -> Mapping[str, Card]:
    found = cards(folder_of(arguments), language=arguments.lang)
    return {model: found[model] for model in sorted(found)}


def _named(arguments: argparse.Namespace, say: Say) -> Iterator[Card]:
    """Yield the models that are named."""
    known = _known(arguments)
    for model in arguments.model:
        if model not in known:
            there = ", ".join(known)
            raise ConfigError(
                say(f"没有模型 {model}，只有 {there}", f"there is no model {model}, only {there}")
            )
        yield known[model]


def _chosen(arguments: argparse.Namespace, say: Say) -> Iterator[Card]:
    """Yield the models that are named, or all that are here."""
    folder = folder_of(arguments)
    if arguments.model:
        yield from _named(arguments, say)
        return
    here = [card for card in _known(arguments).values() if file_of(card, [folder])]
    if not here:
        raise ConfigError(
            say(
                f"{folder}：没有模型；whistle models list 说明怎么取",
                f"{folder}: no model is here; `whistle models list` says how to get them",
            )
        )
    yield from here


def _agreed(card: Card, arguments: argparse.Namespace, say: Say) -> None:
    """Refuse a licence that binds its user before it is accepted; keep that it is."""
    folder = folder_of(arguments)
    if not card.asks_before or accepted(card, folder):
        return
    if not arguments.accept_licence:
        where = f" ({card.licence_url})" if card.licence_url else ""
        raise ConfigError(
            say(
                f"{card.id} 的许可证 {card.licence}{where} 约束使用者；"
                "读过并接受后加上 --accept-licence",
                f"the licence of {card.id}, {card.licence}{where}, binds whoever uses it;"
                " read it, and accept it with --accept-licence",
            )
        )
    try:
        accept(card, folder)
    except OSError as error:
        raise ConfigError(f"{folder}: {error.strerror}") from error


def _refused(error: NotHad | Unusable | Misread, say: Say) -> ConfigError:
    return ConfigError(say(error.text.zh, error.text.en))


def _progress(card: Card) -> Callable[[int, int], None]:
    """Tell on standard error how far it is: on a terminal all the time, else once it is done."""
    terminal = sys.stderr.isatty()

    def told(have: int, whole: int) -> None:
        done = have >= whole
        if terminal or done:
            line = f"{card.id}: {have / MEGA:.1f} / {whole / MEGA:.1f} MB"
            begin, end = "\r" if terminal else "", "\n" if done else ""
            sys.stderr.write(f"{begin}{line}{end}")
            sys.stderr.flush()

    return told


def _say_there(card: Card, folder: Path, say: Say) -> None:
    path = folder / card.file
    sys.stdout.write(
        say(
            f"{card.id}：已在 {path}，sha256 一致。自检：whistle models verify {card.id}\n",
            f"{card.id}: in {path}, its hash is right. Try it: whistle models verify {card.id}\n",
        )
    )
