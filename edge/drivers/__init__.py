"""The registry of drivers: one line for each protocol."""
