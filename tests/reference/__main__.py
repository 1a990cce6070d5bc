"""Writes the reference: `.venv/bin/python -m tests.reference`."""

from __future__ import annotations

from tests.reference.pages import FOLDER, pages
from tests.source_tree import ROOT


def main() -> None:
    """Write every page, and take away what is no longer one."""
    made = pages()
    (ROOT / FOLDER).mkdir(exist_ok=True)
    for old in (ROOT / FOLDER).glob("*.md"):
        if f"{FOLDER}/{old.name}" not in made:
            old.unlink()
    for name, text in made.items():
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
