"""The page Now: the site as a picture, and what of it is alive."""
