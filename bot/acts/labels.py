"""What kind of request it is, and how pressing."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who
from storage.records.tickets import Priority

ACTS = (
    Act(
        "priority",
        "Priority …",
        Who.AGENT,
        "how pressing it is",
        verb="priority",
        example="/ticket priority 12 high",
        synonyms=("prio",),
        form="priority",
        fields=("priority",),
        choices=tuple(Priority),
        in_more=True,
    ),
    Act(
        "label",
        "Tags, category, fields …",
        Who.AGENT,
        "what kind of request it is, tags, and the desk’s own fields",
        form="labels",
        fields=("category", "tags"),
        in_more=True,
    ),
    Act(
        "tag",
        "Tag",
        Who.AGENT,
        "add tags, and with a minus take them away",
        verb="tag",
        example="/ticket tag 12 vip -old",
        synonyms=("tags", "label", "labels"),
        form="labels",
        fields=("tags",),
        takes_words=True,
    ),
    Act(
        "category",
        "Category",
        Who.AGENT,
        "say what kind of request it is",
        verb="category",
        example="/ticket category 12 billing",
        synonyms=("cat", "kind", "type"),
        form="labels",
        fields=("category",),
        takes_words=True,
    ),
    Act(
        "set",
        "Set a field",
        Who.AGENT,
        "fill in one of the desk’s own fields",
        verb="set",
        example="/ticket set 12 version 4.2",
        synonyms=("field",),
        form="labels",
        fields=("field",),
        takes_words=True,
    ),
)
