"""Thin Bolt listeners: what Slack tells is read, offered to the inbox and acked."""
