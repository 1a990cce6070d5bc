"""A box whose gateway is updated and goes back while its power goes again and again."""
