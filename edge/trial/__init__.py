"""Trials of rules: what is given at which second, what is expected at which second."""
