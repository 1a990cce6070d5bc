"""Readings as a Parquet file, for who reckons with many of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from edge.history.export import Label, Line, Wanted
from edge.history.rows import Row, quality_of

_TEXT: Final = "dictionary<values=string, indices=int32, ordered=0>"

RAW: Final = {"value": "double", "text": "string", "quality": _TEXT}
ROLLED: Final = {
    "count": "int64",
    "low": "double",
    "high": "double",
    "mean": "double",
    "last": "double",
    "text": "string",
    "quality": _TEXT,
    "uncertain_s": "double",
    "bad_s": "double",
}
"""The columns behind `point`, `name`, `unit` and `at`; a value that is text is in its own."""

_SECOND: Final = 10**6


class _Out(io.RawIOBase):
    """Where the writer writes: what is there is taken, and the writer counts on."""

    def __init__(self) -> None:
        super().__init__()
        self._there = bytearray()
        self._taken = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._taken + len(self._there)

    def write(self, more: Any) -> int:
        with memoryview(more) as view:
            self._there += view
            return view.nbytes

    def take(self) -> bytes:
        there, self._there = bytes(self._there), bytearray()
        self._taken += len(there)
        return there


class ParquetSheet:
    """A row group for each piece; `ImportError` where the package `pyarrow` is missing."""

    def __init__(self, wanted: Wanted) -> None:
        import pyarrow as pa  # noqa: PLC0415 - only who asks for Parquet needs it
        from pyarrow import parquet  # noqa: PLC0415 - only who asks for Parquet needs it

        self._arrow = pa
        self._wanted = wanted
        columns = RAW if wanted.resolution == "raw" else ROLLED
        words = pa.dictionary(pa.int32(), pa.string())
        kinds = {_TEXT: words, "double": pa.float64(), "int64": pa.int64()}
        kinds["string"] = pa.string()
        self._schema = pa.schema(
            [
                ("point", words),
                ("name", words),
                ("unit", words),
                ("at", pa.timestamp("us", tz="UTC")),
                *((name, kinds[kind]) for name, kind in columns.items()),
            ]
        )
        self._out = _Out()
        self._writer = parquet.ParquetWriter(self._out, self._schema, compression="zstd")

    def begin(self) -> bytes:
        """Return how the file begins."""
        return self._out.take()

    def add(self, lines: Sequence[Line]) -> bytes:
        """Return a row group."""
        labels = [self._wanted.labels.get(line.point, Label()) for line in lines]
        columns: dict[str, list[Any]] = {
            "point": [line.point for line in lines],
            "name": [label.name for label in labels],
            "unit": [label.unit for label in labels],
            "at": [line.read.at for line in lines],
        }
        told = [_told(line) for line in lines]
        columns |= {name: [row[name] for row in told] for name in self._schema.names[4:]}
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))
        return self._out.take()

    def end(self) -> bytes:
        """Return the end, with what there is to find where."""
        self._writer.close()
        return self._out.take()


def _told(line: Line) -> dict[str, Any]:
    read = line.read
    last = read.value if isinstance(read, Row) else read.last
    text = last if isinstance(last, str) else None
    number = None if text is not None or last is None else float(last)
    quality = quality_of(read.mark).value
    if isinstance(read, Row):
        return {"value": number, "text": text, "quality": quality}
    return {
        "count": read.kept,
        "low": read.low,
        "high": read.high,
        "mean": read.mean,
        "last": number,
        "text": text,
        "quality": quality,
        "uncertain_s": read.uncertain / _SECOND,
        "bad_s": read.bad / _SECOND,
    }
