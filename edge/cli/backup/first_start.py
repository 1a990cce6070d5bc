"""Restores what the page was brought: unpacked while the gateway runs, placed before it begins."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import structlog

from edge.api.restoring import NotRestored, Prepared, Wish
from edge.cli.backup.contents import MANIFEST, Manifest, Unfit, decode, encode
from edge.cli.backup.keys import WrongPassphrase, unseal
from edge.cli.backup.reading import opened
from edge.cli.backup.restoring import STAGED, alone, place, store_of, unpack
from edge.clock import Clock, synchronised
from edge.errors import ConfigError
from edge.files.problems import line_of
from edge.model import Text
from edge.whole_file import sync_folder, whole_file

SHARE: Final = 2
"""Of the room on the disk a backup may take half: the gateway that runs meanwhile writes too."""

log = structlog.get_logger()


def prepare(site_file: Path, wish: Wish) -> Prepared:
    """Unpack and compare; whole and on disk when it returns, `NotRestored` says why not."""
    folder = site_file.resolve().parent
    with _in_words(), opened(wish.backup) as (archive, manifest):
        _must_fit(manifest, site_file, folder)
        keys = _keys(manifest, wish)
        for left in folder.glob(f"{STAGED}*"):  # by a power cut, or by who tried before
            shutil.rmtree(left)
        staged = Path(tempfile.mkdtemp(prefix=STAGED, dir=folder))
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, staged, ignore_errors=True)
            now, trusted = Clock().now(), synchronised()
            unpack(archive, manifest, keys, staged, now, trusted=trusted)
            _whole(staged, manifest)
            stack.pop_all()
    missing = [name for name in manifest.left_out if not _is_there(name, folder, staged)]
    return Prepared(
        site=manifest.site,
        gateway=manifest.gateway,
        made_at=manifest.made_at,
        missing=tuple(missing),
    )


def place_prepared(site_file: Path) -> None:
    """Before a gateway begins: give everything that is whole its name, also after a power cut."""
    folder = site_file.resolve().parent
    for about in sorted(folder.glob(f"{STAGED}*/{MANIFEST}")):
        try:
            manifest = decode(about.read_bytes())
            with alone(store_of(manifest, folder)):
                aside = place(about.parent, folder, manifest, Clock().now())
        except (OSError, ConfigError, Unfit) as error:
            log.error("restore.failed", folder=str(about.parent), reason=str(error))  # noqa: TRY400 - said in full
            continue
        shutil.rmtree(about.parent, ignore_errors=True)
        log.info("restore.done", site=manifest.site, aside=[str(each) for each in aside])


def _must_fit(manifest: Manifest, site_file: Path, folder: Path) -> None:
    if manifest.site_file != site_file.name:
        raise Unfit(
            f"备份里的站点文件叫 {manifest.site_file}，这里叫 {site_file.name}："
            "在机器上用 whistle restore",
            f"its site file is called {manifest.site_file}, here it is {site_file.name}:"
            " use `whistle restore` on the box",
        )
    wanted = sum(entry.size for entry in manifest.files.values())
    room = shutil.disk_usage(folder).free // SHARE
    if wanted > room:
        raise Unfit(
            f"要占 {wanted // 10**6} MB，磁盘只能给它 {room // 10**6} MB",
            f"it takes {wanted // 10**6} MB, and the disk has {room // 10**6} MB for it",
        )


def _keys(manifest: Manifest, wish: Wish) -> Mapping[str, bytes]:
    if not wish.keys:
        return {}
    return unseal(wish.keys, manifest.site, manifest.gateway, wish.passphrase)


def _whole(staged: Path, manifest: Manifest) -> None:
    """Say that it may be placed; everything in it is on disk before."""
    os.sync()
    with whole_file(staged / MANIFEST, ".new") as file:
        file.write(encode(manifest))
    sync_folder(staged.parent)


def _is_there(name: str, folder: Path, staged: Path) -> bool:
    return (folder / name).exists() or (staged / "configuration" / name).exists()


@contextmanager
def _in_words() -> Iterator[None]:
    """Say in both languages why not."""
    try:
        yield
    except Unfit as error:
        raise NotRestored(error.what) from error
    except WrongPassphrase as error:
        what = Text("口令不对，或密钥文件被改动", str(error))
        raise NotRestored(what) from error
    except ConfigError as error:
        first = error.problems[0] if error.problems else None
        zh = line_of(first, "zh") if first else str(error)
        en = line_of(first, "en") if first else str(error)
        raise NotRestored(Text(zh, en)) from error
    except OSError as error:
        said = error.strerror or str(error)
        raise NotRestored(Text(f"磁盘不接受：{said}", f"the disk refuses: {said}")) from error
