"""What the operator says, read by ``app.py`` alone.

It seeds the first workspace's stored settings; then those rule.
"""

from bot.config.problems import Problem, SettingsError
from bot.config.settings import Settings, policies_in

__all__ = ["Problem", "Settings", "SettingsError", "policies_in"]
