"""What can be done in the local Slack, by people and app alike; each deed changes it and emits.

A deed checks only what holds for everybody (no reaction twice, nothing in an archived channel) and
refuses with Slack's own error code; who may do it is the caller's to check.
"""

from sandbox.deeds.channels import (
    Plan,
    archive,
    change_id,
    check_name,
    create_channel,
    open_conversation,
    rename,
    set_purpose,
    set_topic,
    share,
    start_share,
    unarchive,
    unshare,
)
from sandbox.deeds.files import delete_file, upload
from sandbox.deeds.marks import mark_read, pin, react, unpin, unreact
from sandbox.deeds.members import join, leave
from sandbox.deeds.messages import Draft, delete, edit, post

__all__ = [
    "Draft",
    "Plan",
    "archive",
    "change_id",
    "check_name",
    "create_channel",
    "delete",
    "delete_file",
    "edit",
    "join",
    "leave",
    "mark_read",
    "open_conversation",
    "pin",
    "post",
    "react",
    "rename",
    "set_purpose",
    "set_topic",
    "share",
    "start_share",
    "unarchive",
    "unpin",
    "unreact",
    "unshare",
    "upload",
]
