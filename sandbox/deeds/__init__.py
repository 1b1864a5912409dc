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
from sandbox.deeds.files import delete_file, tell_of_file, upload
from sandbox.deeds.marks import mark_read, pin, react, unpin, unreact
from sandbox.deeds.members import join, leave
from sandbox.deeds.messages import Draft, delete, edit, post
from sandbox.deeds.views import (
    close_view,
    open_view,
    publish_home,
    push_view,
    replace_view,
    stack,
)
from sandbox.deeds.whispers import hush, reword_whisper, whisper

__all__ = [
    "Draft",
    "Plan",
    "archive",
    "change_id",
    "check_name",
    "close_view",
    "create_channel",
    "delete",
    "delete_file",
    "edit",
    "hush",
    "join",
    "leave",
    "mark_read",
    "open_conversation",
    "open_view",
    "pin",
    "post",
    "publish_home",
    "push_view",
    "react",
    "rename",
    "replace_view",
    "reword_whisper",
    "set_purpose",
    "set_topic",
    "share",
    "stack",
    "start_share",
    "tell_of_file",
    "unarchive",
    "unpin",
    "unreact",
    "unshare",
    "upload",
    "whisper",
]
