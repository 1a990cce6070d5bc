"""The places that simulated cameras look at."""
