"""Cameras: one process for each; nothing is here yet."""
