"""What the desk says in Slack: mrkdwn, blocks, limits."""
