"""What people do in the local Slack: the only way in which page, control API and tests act."""

from sandbox.people.commands import Commands
from sandbox.people.elements import Chosen
from sandbox.people.forms import Filled, Forms, Submitted
from sandbox.people.presses import Spot
from sandbox.people.refusals import AppFailed, NotAllowed
from sandbox.people.rooms import Rooms
from sandbox.people.talk import Attachment, Talk

__all__ = [
    "AppFailed",
    "Attachment",
    "Chosen",
    "Filled",
    "NotAllowed",
    "People",
    "Spot",
    "Submitted",
]


class People(Talk, Rooms, Commands, Forms):
    """Everything a person can do. People and channels are named by id, "carla", "#help", "@ana"."""
