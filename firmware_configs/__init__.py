"""Profiles: what each make, model and firmware exposes; data only."""
