"""Tests of the house itself: who imports whom, how long functions are, what a floor lacks."""
