"""Pure functions from record to record; the time is an argument and nothing is loaded, saved or logged."""
