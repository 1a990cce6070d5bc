"""Writes the contract's documents into a folder."""

from __future__ import annotations

from pathlib import Path

from cloud_bridge.contract.texts import contract_files


def write_contract(folder: Path) -> list[Path]:
    """Write all documents and return where; remove schemas that the contract no longer has."""
    texts = contract_files()
    (folder / "events").mkdir(parents=True, exist_ok=True)
    for old in folder.glob("events/*.json"):
        if f"events/{old.name}" not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]
