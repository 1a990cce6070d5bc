"""Long lists, a page at a time: each page says where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from edge.api.words import Document

T = TypeVar("T")


class Paged(Document):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str, Field(max_length=256)] = Field(
        "", description="Where the page before said that the next one begins."
    )


class Numbered(Document):
    """Which page of a list that begins with the latest."""

    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] = Field(
        "", description="Where the page before said that the next one begins."
    )

    @property
    def before(self) -> int | None:
        """The number that ends the page before; none for the first page."""
        return int(self.cursor) if self.cursor else None


class Page(Document, Generic[T]):
    """Some items in order, and the cursor of those that follow; none when these are the last."""

    items: tuple[T, ...]
    next: str | None = None


def page(items: Sequence[T], key: Callable[[T], str], cursor: str, limit: int) -> Page[T]:
    """Cut a page out of items, in the order of their keys.

    A cursor is the key of the last item before; what came or went meanwhile does no harm.
    """
    after = sorted((item for item in items if key(item) > cursor), key=key)
    cut = tuple(after[:limit])
    return Page(items=cut, next=key(cut[-1]) if len(after) > limit else None)
