"""Finds the passage that answers a question: by words, and by meaning where that is installed."""
