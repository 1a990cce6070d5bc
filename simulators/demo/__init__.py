"""The demonstration: a simulated community, the real gateway and a simulated platform."""
