"""What Slack is to be told: the third vocabulary. Notices hold ids and a reason, never text.

A *picture* is updated in place when it is announced again; other notices are new posts each time.
``template`` names the template that ``bot.usecases.scenes`` fills when the notice is sent.
"""

from __future__ import annotations

from bot.usecases.notices import customers, persons, reports, team
from bot.usecases.notices.customers import (
    AnswerPost,
    CsatPost,
    CsatReminder,
    GoesOnPost,
    HelpButton,
    HelpPin,
    NudgePost,
    OpeningPost,
    PromisePost,
    Receipt,
    ReceiptMark,
    ReopenedPost,
    ReplyPost,
    SolvedPost,
    SplitPost,
    UrgentPost,
    Withdrawal,
)
from bot.usecases.notices.notice import Notice
from bot.usecases.notices.persons import (
    Completion,
    Home,
    Invitation,
    OutsidePage,
    Page,
    RecoveryCall,
    TroubleCall,
    Whisper,
)
from bot.usecases.notices.reports import (
    CustomerReport,
    DigestPost,
)
from bot.usecases.notices.team import (
    ArticleNote,
    Card,
    ChannelNote,
    ClockNote,
    EscalationNote,
    FolderNote,
    GuestNote,
    HandOverNote,
    LateNote,
    Mirror,
    Onboarding,
    Packet,
    PacketNote,
    PromiseNote,
    RecoveryNote,
    ReplyDesk,
    SuggestionNote,
    ThreadNote,
    TroubleNote,
)

__all__ = [
    "BY_KIND",
    "NOTICES",
    "AnswerPost",
    "ArticleNote",
    "Card",
    "ChannelNote",
    "ClockNote",
    "Completion",
    "CsatPost",
    "CsatReminder",
    "CustomerReport",
    "DigestPost",
    "EscalationNote",
    "FolderNote",
    "GoesOnPost",
    "GuestNote",
    "HandOverNote",
    "HelpButton",
    "HelpPin",
    "Home",
    "Invitation",
    "LateNote",
    "Mirror",
    "Notice",
    "NudgePost",
    "Onboarding",
    "OpeningPost",
    "OutsidePage",
    "Packet",
    "PacketNote",
    "Page",
    "PromiseNote",
    "PromisePost",
    "Receipt",
    "ReceiptMark",
    "RecoveryCall",
    "RecoveryNote",
    "ReopenedPost",
    "ReplyDesk",
    "ReplyPost",
    "SolvedPost",
    "SplitPost",
    "SuggestionNote",
    "ThreadNote",
    "TroubleCall",
    "TroubleNote",
    "UrgentPost",
    "Whisper",
    "Withdrawal",
]

NOTICES = (*customers.NOTICES, *team.NOTICES, *persons.NOTICES, *reports.NOTICES)
BY_KIND = {notice.kind: notice for notice in NOTICES}
