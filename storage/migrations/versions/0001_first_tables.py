"""The first tables.

Migrations go forward only: the way back is a backup. What a table holds is said in its module.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger()
INT = sa.Integer()
SMALL = sa.SmallInteger()
TEXT = sa.Text()
YES_NO = sa.Boolean()


def upgrade() -> None:
    create_workspace()
    create_installation()
    create_workspace_setting()
    create_person()
    create_person_alias()
    create_account()
    create_contact()
    create_account_note()
    create_account_change()
    create_absence()
    create_queue_turn()
    create_homes()
    create_channel()
    create_channel_alias()
    create_staff()
    create_fact_stamp()
    create_text()
    create_message()
    create_message_version()
    create_ticket()
    index_ticket()
    create_ticket_tag()
    create_ticket_link()
    create_attached_thread()
    create_ticket_counter()
    let_messages_point_at_tickets()
    create_change()
    create_measures()
    create_macros()
    create_articles()
    create_question()
    create_replies()
    create_inbox()
    create_outbox()
    index_outbox()
    create_lane()
    create_gate()
    create_trouble()
    create_gap()
    create_mark()
    create_comparison()
    create_tally()
    create_thread_read()
    create_message_reaction()
    create_draft()
    create_escalations()
    create_rotas()
    create_digests()
    create_passage()


def key(name: str, kind: sa.types.TypeEngine[Any] = BIG) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def points(name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["workspace_id", name], [f"{to}.workspace_id", f"{to}.id"])


def in_workspace() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"])


def index(name: str, table: str, *columns: Any, where: str = "", unique: bool = False) -> None:
    condition = sa.text(where) if where else None
    op.create_index(
        name,
        table,
        [sa.text(c) if " " in c else c for c in columns],
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def create_workspace() -> None:
    op.create_table(
        "workspace",
        key("id"),
        required("name", TEXT),
        required("url", TEXT),
    )


def create_installation() -> None:
    op.create_table(
        "installation",
        key("workspace_id"),
        required("enterprise_id", TEXT),
        required("team_id", TEXT),
        required("app_id", TEXT),
        required("bot_id", TEXT),
        required("bot_user_id", TEXT),
        required("token", TEXT),
        required("is_active", YES_NO),
        in_workspace(),
        sa.UniqueConstraint("enterprise_id", "team_id"),
    )


def create_workspace_setting() -> None:
    op.create_table(
        "workspace_setting",
        key("workspace_id"),
        key("version", INT),
        required("body", TEXT),
        required("at", BIG),
        in_workspace(),
    )


def create_account() -> None:
    op.create_table(
        "account",
        key("workspace_id"),
        key("id"),
        required("name", TEXT),
        required("slug", TEXT),
        required("made_at", BIG),
        required("tier", TEXT),
        optional("owner_id", BIG),
        required("zone", TEXT),
        required("team_channel", TEXT),
        required("version", INT),
        in_workspace(),
        points("owner_id", "person"),
        sa.UniqueConstraint("workspace_id", "slug"),
    )


def create_contact() -> None:
    op.create_table(
        "contact",
        key("workspace_id"),
        key("id"),
        required("account_id", BIG),
        required("person_id", BIG),
        required("seen_at", BIG),
        optional("left_at", BIG),
        required("version", INT),
        points("account_id", "account"),
        points("person_id", "person"),
        sa.UniqueConstraint("workspace_id", "account_id", "person_id"),
    )


def create_account_note() -> None:
    op.create_table(
        "account_note",
        key("workspace_id"),
        key("id"),
        required("account_id", BIG),
        required("author_id", BIG),
        required("at", BIG),
        required("text", TEXT),
        required("is_warning", YES_NO),
        optional("removed_at", BIG),
        required("version", INT),
        points("account_id", "account"),
        points("author_id", "person"),
    )
    index("ix_account_note_account", "account_note", "workspace_id", "account_id", "at")


def create_account_change() -> None:
    op.create_table(
        "account_change",
        key("workspace_id"),
        key("id"),
        required("account_id", BIG),
        required("at", BIG),
        optional("actor_id", BIG),
        required("what", TEXT),
        required("before", TEXT),
        required("after", TEXT),
        points("account_id", "account"),
        points("actor_id", "person"),
    )
    index("ix_account_change_account", "account_change", "workspace_id", "account_id", "at", "id")


def create_measures() -> None:
    create_ledger()
    create_promise()
    create_polls()
    create_figures()


def create_ledger() -> None:
    op.create_table(
        "ledger",
        key("workspace_id"),
        key("ticket_id"),
        key("id"),
        required("goal", TEXT),
        required("at", BIG),
        required("step", TEXT),
        required("policy", TEXT),
        required("span", BIG),
        required("spent", BIG),
        optional("due_at", BIG),
        required("noticed_at", BIG),
        required("why", TEXT),
        points("ticket_id", "ticket"),
    )
    index(
        "ix_ledger_outcome",
        "ledger",
        "workspace_id",
        "at",
        "ticket_id",
        "goal",
        "step",
        where="step IN ('met', 'missed', 'warned')",
    )


def create_promise() -> None:
    op.create_table(
        "promise",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("by_id", BIG),
        required("made_at", BIG),
        required("due_at", BIG),
        required("state", TEXT),
        optional("warned_at", BIG),
        optional("ended_at", BIG),
        optional("noticed_at", BIG),
        optional("previous_id", BIG),
        optional("text_id", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("by_id", "person"),
        points("previous_id", "promise"),
        points("text_id", "text"),
    )
    index("ix_promise_ticket", "promise", "workspace_id", "ticket_id", "id")
    index(
        "ix_promise_outcome",
        "promise",
        "workspace_id",
        "ended_at",
        "state",
        "ticket_id",
        where="state IN ('kept', 'broken')",
    )


def create_polls() -> None:
    create_csat()
    create_recovery()


def create_figures() -> None:
    op.create_table(
        "figure_row",
        key("workspace_id"),
        key("kind", TEXT),
        key("step", TEXT),
        key("day", TEXT),
        key("line", TEXT),
        required("tally", TEXT),
        required("cells", TEXT),
        in_workspace(),
    )
    index("ix_figure_row_line", "figure_row", "workspace_id", "kind", "line", "step", "day")
    op.create_table(
        "figure_done",
        key("workspace_id"),
        key("step", TEXT),
        key("day", TEXT),
        required("stamp", BIG),
        in_workspace(),
    )
    op.create_table(
        "figure_stamp",
        key("workspace_id"),
        key("day"),
        required("stamp", BIG),
        in_workspace(),
    )
    op.create_table(
        "figure_look",
        key("workspace_id"),
        required("basis", TEXT),
        required("seen", BIG),
        required("at", BIG),
        in_workspace(),
    )


def create_csat() -> None:
    op.create_table(
        "csat",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("asker_id", BIG),
        required("channel_id", BIG),
        required("planned_at", BIG),
        required("state", TEXT),
        optional("owner_id", BIG),
        required("category", TEXT),
        optional("due_at", BIG),
        optional("by_id", BIG),
        optional("place_id", BIG),
        optional("asked_at", BIG),
        optional("reminded_at", BIG),
        optional("score", INT),
        optional("voted_at", BIG),
        optional("changed_at", BIG),
        optional("ballot", TEXT),
        required("mark", TEXT),
        optional("comment_id", BIG),
        required("why", TEXT),
        optional("ended_at", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("asker_id", "person"),
        points("channel_id", "channel"),
        points("owner_id", "person"),
        points("by_id", "person"),
        points("place_id", "channel"),
        points("comment_id", "text"),
    )
    is_due, is_shown = "due_at IS NOT NULL", "state IN ('asked', 'voted', 'expired')"
    was_asked = "asked_at IS NOT NULL"
    index("ix_csat_ticket", "csat", "workspace_id", "ticket_id", "id")
    index("ix_csat_due", "csat", "due_at", "workspace_id", "id", where=is_due)
    index("ix_csat_asker", "csat", "workspace_id", "asker_id", "asked_at", where=was_asked)
    counted = ("asked_at", "state", "score", "channel_id", "owner_id", "category")
    index("ix_csat_asked", "csat", "workspace_id", *counted, where=is_shown)


def create_recovery() -> None:
    op.create_table(
        "recovery",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("poll_id", BIG),
        required("opened_at", BIG),
        required("due_at", BIG),
        optional("owner_id", BIG),
        required("state", TEXT),
        optional("look_at", BIG),
        optional("reminded_at", BIG),
        optional("outcome_id", BIG),
        optional("by_id", BIG),
        optional("ended_at", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("poll_id", "csat"),
        points("owner_id", "person"),
        points("outcome_id", "text"),
        points("by_id", "person"),
    )
    is_due, is_open = "look_at IS NOT NULL", "state = 'open'"
    index("ux_recovery_poll", "recovery", "workspace_id", "poll_id", unique=True)
    index("ix_recovery_ticket", "recovery", "workspace_id", "ticket_id", "id")
    index("ix_recovery_open", "recovery", "workspace_id", "due_at", where=is_open)
    index("ix_recovery_look", "recovery", "look_at", "workspace_id", "id", where=is_due)


def create_macros() -> None:
    create_macro()
    create_macro_version()


def create_macro() -> None:
    op.create_table(
        "macro",
        key("workspace_id"),
        key("id"),
        required("name", TEXT),
        required("slug", TEXT),
        required("text", TEXT),
        required("made_at", BIG),
        required("tags", TEXT),
        required("sets", TEXT),
        optional("archived_at", BIG),
        required("uses", INT),
        required("version", INT),
        in_workspace(),
    )
    index(
        "uq_macro_live",
        "macro",
        "workspace_id",
        "slug",
        where="archived_at IS NULL",
        unique=True,
    )


def create_macro_version() -> None:
    op.create_table(
        "macro_version",
        key("workspace_id"),
        key("id"),
        required("macro_id", BIG),
        required("name", TEXT),
        required("text", TEXT),
        required("tags", TEXT),
        required("sets", TEXT),
        required("at", BIG),
        optional("by_id", BIG),
        points("macro_id", "macro"),
        points("by_id", "person"),
    )
    index("ix_macro_version_macro", "macro_version", "workspace_id", "macro_id", "at", "id")


def create_articles() -> None:
    op.create_table(
        "article",
        key("workspace_id"),
        key("id"),
        required("slug", TEXT),
        required("title", TEXT),
        required("body", TEXT),
        required("audience", TEXT),
        required("changed_at", BIG),
        required("category", TEXT),
        required("tags", TEXT),
        required("synonyms", TEXT),
        required("redirects", TEXT),
        required("review_on", TEXT),
        required("owner", TEXT),
        required("file_print", TEXT),
        optional("ticket_id", BIG),
        required("helped", INT),
        required("failed", INT),
        required("reminded", TEXT),
        optional("archived_at", BIG),
        required("stamp", INT),
        required("version", INT),
        points("ticket_id", "ticket"),
        in_workspace(),
    )
    index(
        "ix_article_review",
        "article",
        "review_on",
        where="archived_at IS NULL AND review_on <> '' AND reminded <> review_on",
    )
    index(
        "uq_article_live",
        "article",
        "workspace_id",
        "slug",
        where="archived_at IS NULL",
        unique=True,
    )
    index("ix_article_stamp", "article", "workspace_id", "stamp")
    op.create_table(
        "article_version",
        key("workspace_id"),
        key("id"),
        required("article_id", BIG),
        required("title", TEXT),
        required("body", TEXT),
        required("audience", TEXT),
        required("at", BIG),
        optional("by_id", BIG),
        required("category", TEXT),
        required("tags", TEXT),
        required("synonyms", TEXT),
        required("is_used", YES_NO),
        points("article_id", "article"),
        points("by_id", "person"),
    )
    index("ix_article_version_article", "article_version", "workspace_id", "article_id", "at", "id")
    op.create_table("article_stamp", key("workspace_id"), required("stamp", INT), in_workspace())
    op.create_table("synonym_list", key("workspace_id"), required("body", TEXT), in_workspace())
    op.create_table(
        "broken_file",
        key("workspace_id"),
        key("slug", TEXT),
        required("line", INT),
        required("why", TEXT),
        required("since", BIG),
        in_workspace(),
    )


def create_question() -> None:
    op.create_table(
        "question",
        key("workspace_id"),
        key("id"),
        required("at", BIG),
        required("text_id", BIG),
        required("outcome", TEXT),
        required("gap", TEXT),
        optional("article_id", BIG),
        optional("person_id", BIG),
        optional("ticket_id", BIG),
        required("version", INT),
        points("text_id", "text"),
        points("article_id", "article"),
        points("person_id", "person"),
        points("ticket_id", "ticket"),
    )
    index("ix_question_at", "question", "workspace_id", "at", "id")
    index("ix_question_article", "question", "workspace_id", "article_id", "at", "id")
    index("ix_question_ticket", "question", "workspace_id", "ticket_id")
    index("ix_question_person", "question", "workspace_id", "person_id")


def create_suggestion() -> None:
    op.create_table(
        "suggestion",
        key("workspace_id"),
        key("id"),
        required("at", BIG),
        required("articles", TEXT),
        required("solved", TEXT),
        required("elsewhere", TEXT),
        required("category", TEXT),
        required("twin", TEXT),
        required("fate", TEXT),
        required("twin_fate", TEXT),
        optional("by_id", BIG),
        optional("sent_id", BIG),
        optional("answer_id", BIG),
        required("told", TEXT),
        required("version", INT),
        points("id", "ticket"),
        points("by_id", "person"),
        points("sent_id", "article"),
        points("answer_id", "article"),
    )
    index("ix_suggestion_at", "suggestion", "workspace_id", "at")


def create_channel() -> None:
    op.create_table(
        "channel",
        key("workspace_id"),
        key("id"),
        required("slack_id", TEXT),
        required("name", TEXT),
        required("company", TEXT),
        required("is_private", YES_NO),
        required("is_direct", YES_NO),
        required("is_ext_shared", YES_NO),
        required("is_org_shared", YES_NO),
        required("is_pending_ext_shared", YES_NO),
        required("is_archived", YES_NO),
        required("is_member", YES_NO),
        required("is_found", YES_NO),
        optional("mode", TEXT),
        optional("account_id", BIG),
        required("is_team", YES_NO),
        required("answers", YES_NO),
        optional("fetched_at", BIG),
        required("version", INT),
        in_workspace(),
        points("account_id", "account"),
    )
    index("ix_channel_account", "channel", "workspace_id", "account_id")


def create_channel_alias() -> None:
    op.create_table(
        "channel_alias",
        key("workspace_id"),
        key("slack_id", TEXT),
        required("channel_id", BIG),
        points("channel_id", "channel"),
    )


def create_person() -> None:
    op.create_table(
        "person",
        key("workspace_id"),
        key("id"),
        required("slack_id", TEXT),
        required("team_id", TEXT),
        required("enterprise_id", TEXT),
        required("name", TEXT),
        required("image", TEXT),
        required("zone", TEXT),
        required("is_bot", YES_NO),
        required("is_guest", YES_NO),
        required("is_deleted", YES_NO),
        required("is_found", YES_NO),
        optional("fetched_at", BIG),
        required("status", TEXT),
        required("status_emoji", TEXT),
        optional("status_until", BIG),
        required("version", INT),
        in_workspace(),
    )


def create_person_alias() -> None:
    op.create_table(
        "person_alias",
        key("workspace_id"),
        key("slack_id", TEXT),
        required("person_id", BIG),
        points("person_id", "person"),
    )


def create_absence() -> None:
    op.create_table(
        "absence",
        key("workspace_id"),
        key("person_id"),
        required("since", BIG),
        optional("until", BIG),
        points("person_id", "person"),
    )


def create_queue_turn() -> None:
    op.create_table(
        "queue_turn",
        key("workspace_id"),
        key("queue", TEXT),
        key("person_id"),
        required("given", BIG),
        points("person_id", "person"),
    )


def create_homes() -> None:
    create_home()
    create_session()


def create_home() -> None:
    op.create_table(
        "home",
        key("workspace_id"),
        key("person_id"),
        required("looked_at", BIG),
        required("section", TEXT),
        optional("category", TEXT),
        optional("account_id", BIG),
        optional("after_id", BIG),
        points("person_id", "person"),
        points("account_id", "account"),
    )


def create_staff() -> None:
    op.create_table(
        "staff",
        key("workspace_id"),
        required("told", TEXT),
        optional("fetched_at", BIG),
        required("doubts", INT),
        in_workspace(),
    )


def create_fact_stamp() -> None:
    op.create_table(
        "fact_stamp",
        key("workspace_id"),
        required("stamp", INT),
        in_workspace(),
    )


def create_text() -> None:
    op.create_table(
        "text",
        key("workspace_id"),
        key("id"),
        required("body", TEXT),
        in_workspace(),
    )


def create_message() -> None:
    op.create_table(
        "message",
        key("workspace_id"),
        key("id"),
        required("channel_id", BIG),
        required("ts", TEXT),
        required("thread_ts", TEXT),
        optional("author_id", BIG),
        required("side", TEXT),
        required("end", TEXT),
        required("said_at", BIG),
        optional("text_id", BIG),
        required("reason", TEXT),
        optional("ticket_id", BIG),
        required("files", TEXT),
        optional("edited_at", BIG),
        required("edit_stamp", TEXT),
        optional("deleted_at", BIG),
        optional("found_at", BIG),
        required("version", INT),
        optional("indexed_version", INT),
        optional("place", BIG),
        points("channel_id", "channel"),
        points("author_id", "person"),
        points("text_id", "text"),
        sa.UniqueConstraint("workspace_id", "channel_id", "ts"),
    )
    index(
        "ix_message_behind",
        "message",
        "workspace_id",
        "id",
        where="ticket_id IS NOT NULL AND (indexed_version IS NULL OR indexed_version < version)",
    )
    index("ix_message_day", "message", "workspace_id", "said_at")
    index(
        "ix_message_place",
        "message",
        "workspace_id",
        "channel_id",
        "place",
        where="place IS NOT NULL",
    )
    index("ix_message_thread", "message", "workspace_id", "channel_id", "thread_ts")
    index("ix_message_ticket", "message", "workspace_id", "ticket_id")


def create_message_version() -> None:
    op.create_table(
        "message_version",
        key("workspace_id"),
        key("message_id"),
        key("version", INT),
        required("text_id", BIG),
        required("at", BIG),
        points("message_id", "message"),
        points("text_id", "text"),
    )


def create_ticket() -> None:
    op.create_table(
        "ticket",
        key("workspace_id"),
        key("id"),
        required("number", BIG),
        required("channel_id", BIG),
        required("thread_ts", TEXT),
        required("opening_id", BIG),
        required("requester_id", BIG),
        required("opened_at", BIG),
        required("status", TEXT),
        required("turn", TEXT),
        required("priority", SMALL),
        required("category", TEXT),
        required("source", TEXT),
        optional("owner_id", BIG),
        optional("previous_id", BIG),
        optional("resolution", TEXT),
        optional("first_answer_at", BIG),
        optional("last_customer_at", BIG),
        optional("last_ours_at", BIG),
        optional("resolved_at", BIG),
        required("due_at", BIG),
        optional("wake_at", BIG),
        optional("until_at", BIG),
        optional("nudged_at", BIG),
        optional("merged_id", BIG),
        optional("pass_on_at", BIG),
        optional("team_channel_id", BIG),
        required("level", TEXT),
        required("tags", TEXT),
        required("extras", TEXT),
        required("clocks", TEXT),
        required("attached", INT),
        optional("promised_at", BIG),
        required("hunch", TEXT),
        required("version", INT),
        points("channel_id", "channel"),
        points("opening_id", "message"),
        points("requester_id", "person"),
        points("owner_id", "person"),
        points("previous_id", "ticket"),
        points("team_channel_id", "channel"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "merged_id"],
            ["ticket.workspace_id", "ticket.id"],
            name=op.f("fk_ticket_workspace_id_merged_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.UniqueConstraint("workspace_id", "number"),
        sa.UniqueConstraint("workspace_id", "opening_id"),
    )


def index_ticket() -> None:
    index(
        "ix_ticket_live_in_channel",
        "ticket",
        "workspace_id",
        "channel_id",
        "due_at",
        "priority DESC",
        "opened_at",
        "id",
        where="status NOT IN ('resolved', 'closed')",
    )
    index(
        "ix_ticket_queue",
        "ticket",
        "workspace_id",
        "owner_id",
        "due_at",
        "priority DESC",
        "opened_at",
        "id",
        "status",
        "category",
        where="status NOT IN ('resolved', 'closed')",
    )
    index(
        "ix_ticket_requester", "ticket", "workspace_id", "channel_id", "requester_id", "opened_at"
    )
    index("ix_ticket_wake", "ticket", "wake_at", "workspace_id", "id", where="wake_at IS NOT NULL")
    index(
        "ix_ticket_answered",
        "ticket",
        "workspace_id",
        "first_answer_at",
        where="first_answer_at IS NOT NULL",
    )
    index("ix_ticket_thread", "ticket", "workspace_id", "channel_id", "thread_ts")


def create_ticket_tag() -> None:
    op.create_table(
        "ticket_tag",
        key("workspace_id"),
        key("tag", TEXT),
        key("ticket_id"),
        points("ticket_id", "ticket"),
    )


def create_ticket_link() -> None:
    op.create_table(
        "ticket_link",
        key("workspace_id"),
        key("ticket_id"),
        key("kind", TEXT),
        key("other_id"),
        required("at", BIG),
        required("moved", TEXT),
        points("ticket_id", "ticket"),
        points("other_id", "ticket"),
    )
    index("ix_ticket_link_other", "ticket_link", "workspace_id", "other_id")


def create_attached_thread() -> None:
    op.create_table(
        "attached_thread",
        key("workspace_id"),
        key("channel_id"),
        key("thread_ts", TEXT),
        required("ticket_id", BIG),
        required("at", BIG),
        optional("by_id", BIG),
        points("channel_id", "channel"),
        points("ticket_id", "ticket"),
        points("by_id", "person"),
    )
    index("ix_attached_thread_ticket", "attached_thread", "workspace_id", "ticket_id")


def create_ticket_counter() -> None:
    op.create_table(
        "ticket_counter",
        key("workspace_id"),
        required("next_number", BIG),
        in_workspace(),
    )


def let_messages_point_at_tickets() -> None:
    with op.batch_alter_table("message") as message:
        message.create_foreign_key(
            op.f("fk_message_workspace_id_ticket_id"),
            "ticket",
            ["workspace_id", "ticket_id"],
            ["workspace_id", "id"],
            deferrable=True,
            initially="DEFERRED",
        )


def create_change() -> None:
    op.create_table(
        "change",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("at", BIG),
        optional("actor_id", BIG),
        required("act", TEXT),
        required("before", TEXT),
        required("after", TEXT),
        points("ticket_id", "ticket"),
        points("actor_id", "person"),
    )
    index(
        "ix_change_flow",
        "change",
        "workspace_id",
        "at",
        "act",
        "ticket_id",
        where="act IN ('open', 'resolve', 'not-a-request', 'solved', 'silence', 'merge',"
        " 'duplicate', 'reopen', 'reopen-by-word', 'unmerge')",
    )
    index("ix_change_ticket", "change", "workspace_id", "ticket_id", "at", "id")


def create_replies() -> None:
    create_reply()
    create_suggestion()


def create_reply() -> None:
    op.create_table(
        "reply",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("author_id", BIG),
        required("text_id", BIG),
        required("made_at", BIG),
        required("send_at", BIG),
        required("state", TEXT),
        required("sent_ts", TEXT),
        required("error", TEXT),
        optional("macro_id", BIG),
        optional("article_id", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("author_id", "person"),
        points("text_id", "text"),
        points("macro_id", "macro"),
        points("article_id", "article"),
    )
    index("ix_reply_ticket", "reply", "workspace_id", "ticket_id")


def create_inbox() -> None:
    op.create_table(
        "inbox",
        key("workspace_id"),
        key("id"),
        required("lane", TEXT),
        required("kind", TEXT),
        required("key", TEXT),
        required("body", TEXT),
        required("at", BIG),
        required("tries", INT),
        required("facts", INT),
        required("progress", TEXT),
        optional("due_at", BIG),
        required("outcome", TEXT),
        optional("done_at", BIG),
        sa.UniqueConstraint("workspace_id", "key"),
    )
    index("ix_inbox_failed", "inbox", "workspace_id", "id", where="progress = 'failed'")
    index("ix_inbox_waiting", "inbox", "id", where="progress = 'waiting'")
    index(
        "ix_inbox_resting",
        "inbox",
        "workspace_id",
        "lane",
        "due_at",
        where="progress = 'waiting' AND due_at IS NOT NULL",
    )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        key("workspace_id"),
        key("id"),
        required("lane", TEXT),
        required("kind", TEXT),
        required("delivery", TEXT),
        required("body", TEXT),
        required("due_at", BIG),
        required("since", BIG),
        optional("channel_id", BIG),
        optional("ticket_id", BIG),
        optional("picture", TEXT),
        required("under_card", YES_NO),
        required("thread_ts", TEXT),
        required("urgency", INT),
        required("wanted", INT),
        required("shown", INT),
        required("state", TEXT),
        required("ts", TEXT),
        required("nonce", TEXT),
        required("tries", INT),
        optional("tried_at", BIG),
        required("error", TEXT),
        required("kept_by", TEXT),
    )


def index_outbox() -> None:
    index("ix_outbox_failed", "outbox", "workspace_id", "id", where="state = 'failed'")
    index(
        "ix_outbox_open",
        "outbox",
        "workspace_id",
        "lane",
        "urgency",
        "id",
        where="state IN ('waiting', 'sending')",
    )
    index("ix_outbox_place", "outbox", "workspace_id", "channel_id", "ts")
    index("ix_outbox_ticket", "outbox", "workspace_id", "ticket_id")
    index("uq_outbox_picture", "outbox", "workspace_id", "picture", unique=True)


def create_lane() -> None:
    op.create_table(
        "lane",
        key("workspace_id"),
        key("name", TEXT),
        required("holder", BIG),
        required("held_until", BIG),
    )


def create_gate() -> None:
    op.create_table(
        "gate",
        key("workspace_id"),
        key("name", TEXT),
        optional("empty_at", BIG),
        optional("blocked_until", BIG),
    )


def create_trouble() -> None:
    op.create_table(
        "trouble",
        key("workspace_id"),
        key("id"),
        required("place", TEXT),
        required("code", TEXT),
        required("began_at", BIG),
        required("met_at", BIG),
        required("look_at", BIG),
        optional("ended_at", BIG),
        in_workspace(),
    )
    index(
        "uq_trouble_open",
        "trouble",
        "workspace_id",
        "place",
        where="ended_at IS NULL",
        unique=True,
    )


def create_gap() -> None:
    op.create_table(
        "gap",
        key("workspace_id"),
        key("id"),
        required("cause", TEXT),
        required("began_at", BIG),
        required("ended_at", BIG),
        optional("caught_up_at", BIG),
        required("found", INT),
        in_workspace(),
    )
    index("ix_gap_open", "gap", "workspace_id", "id", where="caught_up_at IS NULL")
    index("ix_gap_ended", "gap", "workspace_id", "ended_at", "id")


def create_mark() -> None:
    op.create_table(
        "mark",
        key("workspace_id"),
        key("name", TEXT),
        required("at", BIG),
        in_workspace(),
    )


def create_comparison() -> None:
    op.create_table(
        "comparison",
        key("workspace_id"),
        key("channel_id"),
        required("since", BIG),
        required("until", BIG),
        required("found", INT),
        required("error", TEXT),
        points("channel_id", "channel"),
    )


def create_tally() -> None:
    op.create_table(
        "tally",
        key("workspace_id"),
        key("channel_id"),
        key("day", BIG),
        required("theirs", INT),
        required("until", BIG),
        points("channel_id", "channel"),
    )


def create_thread_read() -> None:
    op.create_table(
        "thread_read",
        key("workspace_id"),
        key("channel_id"),
        key("ts", TEXT),
        required("at", BIG),
        points("channel_id", "channel"),
    )


def create_message_reaction() -> None:
    op.create_table(
        "message_reaction",
        key("workspace_id"),
        key("message_id"),
        key("person_id"),
        key("emoji", TEXT),
        required("at", BIG),
        points("message_id", "message"),
        points("person_id", "person"),
    )


def create_draft() -> None:
    op.create_table(
        "draft",
        key("workspace_id"),
        key("ticket_id"),
        key("person_id"),
        required("until_at", BIG),
        points("ticket_id", "ticket"),
        points("person_id", "person"),
    )
    index("ix_draft_until", "draft", "until_at")


def create_escalations() -> None:
    create_escalation()
    create_hand_off()
    create_guest()


def create_escalation() -> None:
    op.create_table(
        "escalation",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("level", TEXT),
        required("channel_id", BIG),
        required("asked_by", BIG),
        required("asked_at", BIG),
        required("question", TEXT),
        required("tried", TEXT),
        required("setup", TEXT),
        required("severity", SMALL),
        optional("needed_at", BIG),
        required("stage", TEXT),
        optional("holder_id", BIG),
        optional("due_at", BIG),
        optional("said_id", BIG),
        optional("reply_id", BIG),
        optional("previous_id", BIG),
        optional("ended_at", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("channel_id", "channel"),
        points("asked_by", "person"),
        points("holder_id", "person"),
        points("said_id", "message"),
        points("reply_id", "reply"),
        points("previous_id", "escalation"),
    )
    index("ix_escalation_ticket", "escalation", "workspace_id", "ticket_id", "asked_at")
    is_live, is_due = "ended_at IS NULL", "due_at IS NOT NULL"
    columns = ("workspace_id", "ticket_id")
    index("ux_escalation_live", "escalation", *columns, where=is_live, unique=True)
    index("ix_escalation_due", "escalation", "due_at", "workspace_id", "id", where=is_due)


def create_hand_off() -> None:
    op.create_table(
        "hand_off",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("escalation_id", BIG),
        required("at", BIG),
        required("step", TEXT),
        optional("by_id", BIG),
        required("hand", TEXT),
        optional("person_id", BIG),
        required("level", TEXT),
        points("ticket_id", "ticket"),
        points("escalation_id", "escalation"),
        points("by_id", "person"),
        points("person_id", "person"),
    )
    index("ix_hand_off_ticket", "hand_off", "workspace_id", "ticket_id", "at", "id")
    index("ix_hand_off_at", "hand_off", "workspace_id", "at", "ticket_id")


def create_guest() -> None:
    op.create_table(
        "guest",
        key("workspace_id"),
        key("id"),
        required("ticket_id", BIG),
        required("person_id", BIG),
        required("by_id", BIG),
        required("said_id", BIG),
        required("since", BIG),
        optional("ended_at", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("person_id", "person"),
        points("by_id", "person"),
        points("said_id", "message"),
    )
    index("ix_guest_ticket", "guest", "workspace_id", "ticket_id")


def create_rotas() -> None:
    create_rota_override()
    create_rota_watch()
    create_hand_over()


def create_rota_override() -> None:
    op.create_table(
        "rota_override",
        key("workspace_id"),
        key("id"),
        required("rota", TEXT),
        required("out", TEXT),
        required("into", TEXT),
        required("since", BIG),
        required("until", BIG),
        required("by_id", BIG),
        points("by_id", "person"),
    )
    index("ix_rota_override_until", "rota_override", "workspace_id", "until")


def create_rota_watch() -> None:
    op.create_table(
        "rota_watch",
        key("workspace_id"),
        key("rota", TEXT),
        required("who", TEXT),
        required("since", BIG),
        optional("due_at", BIG),
        in_workspace(),
    )
    index("ix_rota_watch_due", "rota_watch", "due_at")


def create_hand_over() -> None:
    op.create_table(
        "hand_over",
        key("workspace_id"),
        key("id"),
        required("rota", TEXT),
        required("ticket_id", BIG),
        required("from_id", BIG),
        required("at", BIG),
        optional("accepted_at", BIG),
        optional("accepted_by", BIG),
        required("version", INT),
        points("ticket_id", "ticket"),
        points("from_id", "person"),
        points("accepted_by", "person"),
    )
    index("ix_hand_over_at", "hand_over", "workspace_id", "at")


def create_digests() -> None:
    create_subscription()
    create_digest()


def create_subscription() -> None:
    op.create_table(
        "subscription",
        key("workspace_id"),
        key("id"),
        required("kind", TEXT),
        required("by_id", BIG),
        required("person_id", BIG),
        required("made_at", BIG),
        optional("channel_id", BIG),
        required("minutes", INT),
        required("weekday", INT),
        required("zone", TEXT),
        required("is_always", YES_NO),
        optional("next_at", BIG),
        optional("last_at", BIG),
        optional("skipped_at", BIG),
        optional("ended_at", BIG),
        required("version", INT),
        points("by_id", "person"),
        points("person_id", "person"),
        points("channel_id", "channel"),
    )
    is_due = "next_at IS NOT NULL"
    index("ix_subscription_next", "subscription", "next_at", "workspace_id", "id", where=is_due)


def create_digest() -> None:
    op.create_table(
        "digest",
        key("workspace_id"),
        key("id"),
        required("subscription_id", BIG),
        required("kind", TEXT),
        required("slot_at", BIG),
        required("made_at", BIG),
        required("outcome", TEXT),
        required("person_id", BIG),
        optional("channel_id", BIG),
        required("first", TEXT),
        required("last", TEXT),
        required("zone", TEXT),
        required("lines", TEXT),
        required("more", INT),
        optional("skipped_at", BIG),
        required("is_asked", YES_NO),
        required("file_id", TEXT),
        required("file_tries", INT),
        required("version", INT),
        points("subscription_id", "subscription"),
        points("person_id", "person"),
        points("channel_id", "channel"),
        sa.UniqueConstraint("workspace_id", "subscription_id", "slot_at"),
    )


def create_passage() -> None:
    """The index of words, which each database makes in its own way (storage/passages.py)."""
    if op.get_bind().dialect.name == "sqlite":
        # The words come ready, parted by spaces, and their places within a text do not matter.
        op.execute(
            "CREATE VIRTUAL TABLE passage USING fts5"
            " (words, workspace_id UNINDEXED, message_id UNINDEXED, ticket_id UNINDEXED,"
            " tokenize = \"ascii tokenchars '_='\", detail = none, columnsize = 0)"
        )
        return
    op.execute(
        "CREATE TABLE passage (workspace_id BIGINT NOT NULL, place BIGINT NOT NULL,"
        " message_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, words tsvector NOT NULL,"
        " PRIMARY KEY (workspace_id, place))"
    )
    # How common a word is decides how it is looked for: remember more of them than the usual 1,000.
    op.execute("ALTER TABLE passage ALTER words SET STATISTICS 1000")
    op.execute("CREATE INDEX ix_passage_words ON passage USING gin (words)")


def create_session() -> None:
    op.create_table(
        "session",
        key("workspace_id"),
        key("id", TEXT),
        required("person_id", BIG),
        required("sign_in", TEXT),
        required("at", BIG),
        required("until_at", BIG),
        points("person_id", "person"),
        sa.UniqueConstraint("workspace_id", "sign_in"),
    )
