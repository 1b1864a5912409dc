"""Slack's Web API over the local world, one module per family of methods."""

from __future__ import annotations

from sandbox.api.server import CallFaults, WebApi, hang_up, too_many

__all__ = ["CallFaults", "WebApi", "hang_up", "too_many"]
