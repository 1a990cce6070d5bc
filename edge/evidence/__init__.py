"""Pictures that are kept: where they lie, for how long, and who has had them."""
