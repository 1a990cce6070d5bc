"""Releases that are signed, tried, and taken back when they do not serve."""
