"""Following objects from picture to picture."""
