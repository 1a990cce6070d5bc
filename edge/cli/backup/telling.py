"""What `whistle backup` and `whistle restore` do, and say of it."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import apsw

from edge.access.database import OWN_ONLY
from edge.certificate import CERT_FILE, KEY_FILE
from edge.cli.backup.contents import CONFIGURATION, STORE, Manifest, Unfit
from edge.cli.backup.keys import LARGEST, WrongPassphrase, seal, unseal
from edge.cli.backup.making import make
from edge.cli.backup.restoring import InUse, Restored, restore
from edge.cli.command import Say
from edge.cli.store import named_store
from edge.clock import Clock, synchronised
from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.model import Text
from edge.versions.naming import normal

KEYS: Final = ".keys"
"""What is added to a backup's name for the file of its keys."""

MEGABYTE: Final = 10**6


def back_up(arguments: argparse.Namespace, say: Say) -> int:
    """Make a backup, and the file of keys where that is asked for."""
    site, out = arguments.site.resolve(), arguments.out.resolve()
    beside = out.with_name(f"{out.name}{KEYS}")
    store = named_store(site, arguments.lang)
    for path in (out, *((beside,) if arguments.with_keys else ())):
        if path.exists():
            raise ConfigError(say(f"{path} 已存在，换个名字", f"{path} is there: choose another"))
    passphrase = _passphrase(arguments, say, twice=True) if arguments.with_keys else ""
    try:
        manifest = make(site, store, out, Clock().now(), history=arguments.history)
        found = _keys(manifest, site.parent, store) if arguments.with_keys else {}
        if arguments.with_keys:
            _write(beside, seal(found, manifest.site, manifest.gateway, passphrase))
    except (OSError, apsw.Error, ValueError) as error:
        why = error.what if isinstance(error, Unfit) else Text(str(error), str(error))
        raise ConfigError(
            say(f"备份没有做成：{why.zh}", f"there is no backup: {why.en}")
        ) from error
    sys.stdout.write(_made(manifest, out, beside if arguments.with_keys else None, found, say))
    return 0


def bring_back(arguments: argparse.Namespace, say: Say) -> int:
    """Restore, and say what is still to be done; 1 when no gateway can start from it yet."""

    def keys(manifest: Manifest) -> Mapping[str, bytes]:
        if arguments.keys is None:
            return {}
        with arguments.keys.open("rb") as file:
            body = file.read(LARGEST + 1)
        passphrase = _passphrase(arguments, say, twice=False)
        return unseal(body, manifest.site, manifest.gateway, passphrase)

    try:
        restored = restore(
            arguments.file,
            arguments.target.resolve(),
            Clock().now(),
            keys,
            trusted=synchronised(),
            replace=arguments.replace,
        )
    except InUse as error:
        raise ConfigError(
            say(
                f"{error} 已存在；加 --replace 把旧的移到一边",
                f"{error} is there already; --replace moves the old site aside",
            )
        ) from error
    except WrongPassphrase as error:
        raise ConfigError(say("口令不对，或密钥文件被改动", str(error))) from error
    except (Unfit, OSError) as error:
        why = error.what if isinstance(error, Unfit) else Text(str(error), str(error))
        raise ConfigError(
            say(f"没有恢复，什么也没动：{why.zh}", f"nothing was restored: {why.en}")
        ) from error
    sys.stdout.write(_restored(restored, say))
    return _can_start(restored, arguments.lang, say)


def _keys(manifest: Manifest, folder: Path, store: Path) -> dict[str, bytes]:
    """The files that are apart, by where they belong; those elsewhere on the machine are not ours.

    One that is missing is passed over: `whistle check` tells of it.
    """
    wanted = {f"{CONFIGURATION}/{normal(name)}": folder / name for name in manifest.left_out}
    wanted |= {f"{STORE}/{name}": store / name for name in (CERT_FILE, KEY_FILE)}
    within = {name: path for name, path in wanted.items() if not name.endswith("/")}
    return {name: path.read_bytes() for name, path in within.items() if path.is_file()}


def _write(path: Path, body: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWN_ONLY)
    with os.fdopen(number, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _passphrase(arguments: argparse.Namespace, say: Say, *, twice: bool) -> str:
    if arguments.passphrase_file is not None:
        try:
            read: str = arguments.passphrase_file.read_text("utf-8").strip("\r\n")
        except (OSError, ValueError) as error:
            raise ConfigError(say(f"口令读不了：{error}", f"no passphrase: {error}")) from error
        return read
    try:
        typed = getpass.getpass(say("密钥文件的口令：", "Passphrase of the keys: "))
        if twice and typed != getpass.getpass(say("再输一次：", "Once more: ")):
            raise ConfigError(say("两次输入不一样", "the two are not the same"))
    except EOFError:
        raise ConfigError(say("没有输入口令", "no passphrase was typed")) from None
    return typed


def _made(
    manifest: Manifest, out: Path, beside: Path | None, keys: Mapping[str, bytes], say: Say
) -> str:
    size = f"{out.stat().st_size / MEGABYTE:.1f} MB"
    count = len(manifest.files)
    told = say(f"{out}：{count} 个文件，{size}\n", f"{out}: {count} files, {size}\n")
    if beside is not None:
        told += say(
            f"{beside}：{len(keys)} 个密钥和密码，已加密；口令不在里面，另外保管\n",
            f"{beside}: {len(keys)} keys and passwords, sealed; keep the passphrase elsewhere\n",
        )
    missing = [name for name in manifest.left_out if f"{CONFIGURATION}/{normal(name)}" not in keys]
    return told + _listed(
        missing, say("不在备份里，另外保管：", "not in it, to be kept elsewhere:")
    )


def _restored(restored: Restored, say: Say) -> str:
    told = say(
        f"站点文件 {restored.site_file}，存储 {restored.store}\n",
        f"site file {restored.site_file}, store {restored.store}\n",
    )
    if restored.first:
        told += say(
            f"新事件的编号从 {restored.first} 往后，不与旧机器重复\n",
            f"new events count on from {restored.first}, no number is used twice\n",
        )
    aside = [str(path) for path in restored.aside]
    told += _listed(aside, say("原来的移到了：", "what was there lies in:"))
    return told + say(
        "旧机器必须关掉：两台同名的网关会互相顶掉与平台的连接\n",
        "switch the old box off: two gateways of one name throw each other off the platform\n",
    )


def _can_start(restored: Restored, language: Language, say: Say) -> int:
    """Say what the site file still misses: keys, most likely."""
    missing = [
        name
        for name in restored.manifest.left_out
        if not (restored.site_file.parent / name).exists()
    ]
    sys.stdout.write(_listed(missing, say("还要放好：", "still to be put in place:")))
    try:
        load(restored.site_file, language=language)
    except ConfigError as error:
        sys.stdout.write(say("还不能启动：\n", "it cannot start yet:\n") + f"{error}\n")
        return 1
    return 0


def _listed(names: list[str], title: str) -> str:
    return f"{title}\n" + "".join(f"  {name}\n" for name in names) if names else ""
