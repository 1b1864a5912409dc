"""The managers' dashboard: figures in the browser for those who sign in with Slack."""

from web.dashboard.door import BACK, HOME
from web.dashboard.parts import Parts
from web.dashboard.routes import routes

__all__ = ["BACK", "HOME", "Parts", "routes"]
