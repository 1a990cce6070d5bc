"""One hostile device beside ordinary ones, and what the ordinary ones notice of it."""
