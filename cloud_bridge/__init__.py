"""The way to the platform: journal, contract, uplinks."""
