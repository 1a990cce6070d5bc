"""Finding objects and faces: model cards, sessions, and the detector that cameras share."""
