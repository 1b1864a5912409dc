"""Charts: what one shows, the words that say the same, and the picture of it."""
