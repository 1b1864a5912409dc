"""The one table of who hears what: Event → Notices, and the only place that chooses a channel."""

from __future__ import annotations

from bot.usecases.announce.channels import (
    MOST_CALLED,
    channel_known,
    channel_lost,
    help_button,
    help_pin,
    onboarding,
    overdue,
    troubled,
)
from bot.usecases.announce.digests import decided, digest
from bot.usecases.announce.homes import HOME_RESTS, home
from bot.usecases.announce.ladder import (
    call,
    hand_over,
    in_packet,
    invitation,
    mirrored,
    packet,
    packet_post,
)
from bot.usecases.announce.pictures import (
    CARD_WORDS,
    answer_changed,
    moved_away,
    promise_changed,
    promised,
    promises_moved,
    refresh,
    thread_began,
    words_changed,
)
from bot.usecases.announce.places import (
    CUSTOMER_ROLES,
    is_in_reach,
    picture_key,
    to_customer,
    to_customer_channel,
    to_triage,
    under_card,
    whisper,
    withdraw,
)
from bot.usecases.announce.polls import (
    poll,
    poll_post,
    poll_reminder,
    recovery,
    recovery_call,
)
from bot.usecases.announce.table import TABLE, nudge_stamp, seek_owner, tell

__all__ = [
    "CARD_WORDS",
    "CUSTOMER_ROLES",
    "HOME_RESTS",
    "MOST_CALLED",
    "TABLE",
    "answer_changed",
    "call",
    "channel_known",
    "channel_lost",
    "decided",
    "digest",
    "hand_over",
    "help_button",
    "help_pin",
    "home",
    "in_packet",
    "invitation",
    "is_in_reach",
    "mirrored",
    "moved_away",
    "nudge_stamp",
    "onboarding",
    "overdue",
    "packet",
    "packet_post",
    "picture_key",
    "poll",
    "poll_post",
    "poll_reminder",
    "promise_changed",
    "promised",
    "promises_moved",
    "recovery",
    "recovery_call",
    "refresh",
    "seek_owner",
    "tell",
    "thread_began",
    "to_customer",
    "to_customer_channel",
    "to_triage",
    "troubled",
    "under_card",
    "whisper",
    "withdraw",
    "words_changed",
]
