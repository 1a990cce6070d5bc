"""The same work done by Whistle and by its peers: who takes part, and how they are measured."""
