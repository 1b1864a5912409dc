"""Starlette routes that are not Slack's."""
