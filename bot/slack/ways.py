"""One gateway for each installation, all over one HTTP session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import Desk
from bot.slack.gateway import TIMEOUT_SECONDS, Gateway
from storage.records.workspaces import Installation


@dataclass(eq=False)
class Ways:
    """``to(workspace_id)`` for workers, ``of(installation)`` for live answers."""

    desk: Desk
    session: aiohttp.ClientSession
    api_url: str
    note: Callable[[str, str], None] = lambda method, result: None
    hear: Callable[[str], None] = lambda date: None
    _gateways: dict[str, Gateway] = field(default_factory=dict)
    _by_workspace: dict[int, Installation] = field(default_factory=dict)

    def client(self, token: str) -> AsyncWebClient:
        """A client without retries of its own: an unknown outcome must stay one (FACTS 3)."""
        return AsyncWebClient(
            token=token,
            base_url=self.api_url,
            timeout=TIMEOUT_SECONDS,
            session=self.session,
            retry_handlers=[],
        )

    def of(self, installation: Installation) -> Gateway:
        """The gateway of an installation; a new token makes a new one."""
        gateway = self._gateways.get(installation.token)
        if gateway is None:
            gateway = Gateway(self.client(installation.token), self.note, self.hear)
            self._gateways[installation.token] = gateway
        return gateway

    async def to(self, workspace_id: int) -> Gateway | None:
        """The gateway of a workspace, None while the app is not installed there."""
        if workspace_id not in self._by_workspace:
            installed = await self.desk.installations()
            self._by_workspace = {each.workspace_id: each for each in installed}
        found = self._by_workspace.get(workspace_id)
        return self.of(found) if found else None

    def forget(self) -> None:
        """Ask the database again who is installed."""
        self._by_workspace.clear()
