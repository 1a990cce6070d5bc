"""Reads the text of a file that a person wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from edge.errors import Problem
from edge.files.problems import Language, config_error
from edge.model import Text

LARGEST_FILE: Final = 2 * 1024 * 1024
"""Bytes; a register map with every code in both languages takes a tenth of it."""


def read_text(path: Path, name: str, language: Language) -> str:
    """Return its text, UTF-8; `ConfigError` says why it cannot be read, calling it `name`."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_FILE + 1)
        if len(body) > LARGEST_FILE:
            raise config_error([_too_large(name)], language)
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(
            file=name,
            line=body.count(b"\n", 0, error.start) + 1,
            column=error.start - body.rfind(b"\n", 0, error.start),
            what=Text("这里不是 UTF-8", "this is not UTF-8"),
            remedy=Text("存为 UTF-8 编码", "save the file as UTF-8"),
        )
    except (OSError, ValueError) as error:
        problem = Problem(
            file=name,
            what=unreadable(error),
            remedy=Text("检查路径与权限", "check the path and its permissions"),
        )
    raise config_error([problem], language)


def unreadable(error: Exception) -> Text:
    """Why a file cannot be read."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return Text("文件不存在", "there is no such file")
        case PermissionError():
            return Text("没有读取权限", "it may not be read")
        case IsADirectoryError():
            return Text("这是一个文件夹", "this is a folder")
    return Text("文件无法读取", "it cannot be read")


def _too_large(name: str) -> Problem:
    return Problem(
        file=name,
        what=Text("文件太大", "the file is too large"),
        remedy=Text("检查是不是选错了文件", "check whether this is the right file"),
    )
