"""Use cases on real storage, by a clock that is set."""
