"""Adding a device step by step: how it is connected, where, what it says, what it is called."""
