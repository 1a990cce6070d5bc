"""Stand-ins for time, servers and the world, shared by the tests."""
