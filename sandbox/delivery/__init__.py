"""What leaves the local Slack for the app under test: events, interactions and commands."""

from sandbox.delivery.carrier import Delivery
from sandbox.delivery.events import AT_ONCE
from sandbox.delivery.parcel import PATIENCE, Outcome, Parcel
from sandbox.delivery.responses import ResponseUrls

__all__ = ["AT_ONCE", "PATIENCE", "Delivery", "Outcome", "Parcel", "ResponseUrls"]
