"""Puts the receipts of many messages into few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cloud_bridge.wire import MAX_BATCH_EVENTS, Receipt


def merge(receipts: Iterable[Receipt]) -> Iterator[Receipt]:
    """The same words, in order, in as few receipts as the contract's bound allows."""
    merged = Receipt()
    for receipt in receipts:
        stored = merged.stored + receipt.stored
        refused = merged.refused + receipt.refused
        if max(len(stored), len(refused)) > MAX_BATCH_EVENTS:
            yield merged
            merged = receipt
        else:
            merged = Receipt(stored=stored, refused=refused)
    if merged.stored or merged.refused:
        yield merged
