"""The commands of `whistle`, one module each."""
