"""A change of the configuration, from what somebody types to what became of it."""
