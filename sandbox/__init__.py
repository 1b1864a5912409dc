"""A Slack workspace in one process: stern about Slack's rules, ignorant of the bot it hosts."""
