"""Every parser that sees bytes from outside, fuzzed by the coverage that an input reaches."""
