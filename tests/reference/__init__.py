"""The pages below docs/reference and SUPPORTED.md, made from what the code says."""

from tests.reference.pages import pages

__all__ = ["pages"]
