"""The process of one camera: takes pictures, judges them, looks, keeps a ring, tells."""
