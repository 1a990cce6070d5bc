"""Cameras: one process for each, a detector that all share, and what is made of pictures."""
