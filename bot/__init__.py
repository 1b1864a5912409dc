"""Rules, use cases, outbound Slack and the loops that drive them."""
