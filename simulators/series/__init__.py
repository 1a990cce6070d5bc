"""Weeks of measured values as chance makes them, with faults of which it is known what they are."""
