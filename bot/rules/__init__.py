"""Pure functions from record to record; time is an argument, nothing is loaded, saved or logged."""
