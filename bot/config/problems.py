"""What is wrong with settings, and how each is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.customs import TOML_FILE


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot stay as it is: its name, what is wrong, how to mend it."""

    name: str
    wrong: str
    mend: str


class SettingsError(Exception):
    """Some settings are wrong or missing; ``problems`` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = (f"{problem.name} {problem.wrong}: {problem.mend}" for problem in self.problems)
        super().__init__("\n".join(lines))


MEND = {
    "slack_bot_token": "take the Bot User OAuth Token (xoxb-…) from your app’s OAuth page",
    "slack_app_token": "make an app-level token (xapp-…) with connections:write",
    "slack_signing_secret": "take the Signing Secret from your app’s Basic Information",
    "slack_client_id": "take the Client ID from your app’s Basic Information",
    "slack_client_secret": "take the Client Secret from your app’s Basic Information",
    "dashboard_url": "give the address at which browsers reach this desk, https://desk.example.com",
    "slack_api_url": "give an address such as https://slack.com/api/",
    "database_url": "give sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "port": "give a number from 0 (any free port) to 65535",
    "triage_channel": "name the channel of your team where tickets appear: #triage or its id, C…",
    "daily_digest": "give a time of day such as 09:00, or leave it empty for none",
    "slack_post_rate": "give posts per second and channel, such as 1; 0 lifts the limit",
    "clock_url": "leave it empty, or give the http address of a local Slack’s clock",
    "log_level": "choose DEBUG, INFO, WARNING or ERROR",
    "log_format": "choose auto (text on a terminal, else JSON), json or text",
    "encryption_keys": "make each by `python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'` and part them by commas",
    "reopen_days": "give days from 0 to 365, such as 14",
    "nudge_days": "give days from 0 (never) to 365, such as 3",
    "give_up_days": "give days from 0 to 365, such as 4",
    "categories": "give names parted by commas, such as Technical, Billing",
    "ticket_fields": 'give each a name, and a kind: "text", "choice", "number" or "date"',
    "reactions": f'write them in {TOML_FILE} as a table: [reactions], take = ["eyes"]',
    "hours": f'write them in {TOML_FILE} as a table: [hours], weekdays = "09:00-17:00"',
    "sla": f'write them in {TOML_FILE} as tables: [[sla]], tier = "Premium", first = "4h"',
    "ladder": f'write each level in {TOML_FILE} as a table: [[ladder]], name = "Technical"',
    "rota": f"write each in {TOML_FILE} as a table: [[rota]], with its shifts: [[rota.shift]]",
    "pager_url": "give the https address that your pager has for webhooks",
    "pager_secret": "give the secret that your pager checks our calls by, 16 characters or more",
    "pager_private": "give true if your pager lies in your own network, else nothing",
    "suggestions": "give true or false",
    "knowledge_engine": "choose auto (by meaning where that is installed), words or semantic",
    "templates_dir": "name a folder that exists, or leave it empty",
    "articles_folder": "name a folder that exists, or leave it empty",
}
CHANNEL_MEND = "give #name, or the id from the channel’s details, which begins with C or G"
