"""Simulated devices and platform that speak the real wire protocols."""
