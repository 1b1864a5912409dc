"""Slack as the desk writes to it: words, blocks, limits, the gateway."""
