"""The page of the sandbox: a Slack that one can look at and act in, as any of its people."""

from sandbox.page.routes import routes

__all__ = ["routes"]
