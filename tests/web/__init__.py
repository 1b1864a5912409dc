"""Routes that are not Slack's."""
