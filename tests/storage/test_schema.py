"""The shape of the tables: as the records are, as the migrations make them, walled by tenant."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Table, inspect, select
from sqlalchemy.exc import IntegrityError

from storage import history, messages, passages, replies, tickets
from storage.base import metadata
from storage.migrate import upgrade
from storage.records.accounts import Account, AccountChange, AccountNote, Contact
from storage.records.articles import Article, ArticleVersion, BrokenFile
from storage.records.boxes import Arrival, Post
from storage.records.catchup import Comparison, Gap, Tally
from storage.records.channels import Channel
from storage.records.clocks import Entry
from storage.records.csat import Poll, Recovery
from storage.records.digests import Digest, Subscription
from storage.records.escalations import Escalation, Guest, HandOff
from storage.records.macros import Macro, MacroVersion
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.promises import Promise
from storage.records.questions import Question
from storage.records.replies import Reply
from storage.records.rotas import HandOver, Override, Watch
from storage.records.sessions import Session
from storage.records.suggestions import Suggestion
from storage.records.tickets import AttachedThread, Change, Link, Ticket
from storage.records.trouble import Trouble
from storage.records.workspaces import Installation, Workspace
from storage.tables import MODULES
from storage.unit import Unit
from tests.storage.cast import ANA, NOON, ZOES_CHANNEL, ask, say

# The fields that a query joins from elsewhere, and the columns that no field shows.
RECORDS: list[tuple[str, type[Any], set[str], set[str]]] = [
    ("workspace", Workspace, set(), set()),
    ("installation", Installation, set(), set()),
    ("channel", Channel, set(), set()),
    ("person", Person, set(), set()),
    ("message", Message, {"text"}, {"indexed_version", "place"}),
    ("account", Account, set(), set()),
    ("contact", Contact, set(), set()),
    ("account_note", AccountNote, set(), set()),
    ("account_change", AccountChange, set(), set()),
    ("macro", Macro, set(), set()),
    ("macro_version", MacroVersion, set(), set()),
    ("article", Article, set(), set()),
    ("article_version", ArticleVersion, set(), set()),
    ("broken_file", BrokenFile, set(), {"workspace_id"}),
    ("question", Question, {"text"}, set()),
    ("ticket", Ticket, set(), set()),
    ("ticket_link", Link, set(), set()),
    ("attached_thread", AttachedThread, set(), set()),
    ("change", Change, set(), set()),
    ("ledger", Entry, set(), {"workspace_id", "ticket_id", "id"}),
    ("promise", Promise, {"text"}, set()),
    ("csat", Poll, {"comment"}, set()),
    ("recovery", Recovery, {"outcome"}, set()),
    ("reply", Reply, {"text"}, set()),
    ("session", Session, set(), set()),
    ("suggestion", Suggestion, set(), set()),
    ("inbox", Arrival, {"text"}, {"done_at"}),
    ("outbox", Post, set(), {"since"}),
    ("gap", Gap, set(), set()),
    ("comparison", Comparison, set(), set()),
    ("tally", Tally, set(), set()),
    ("trouble", Trouble, set(), set()),
    ("escalation", Escalation, set(), set()),
    ("hand_off", HandOff, set(), set()),
    ("guest", Guest, set(), set()),
    ("rota_override", Override, set(), set()),
    ("rota_watch", Watch, set(), set()),
    ("hand_over", HandOver, set(), set()),
    ("subscription", Subscription, set(), set()),
    ("digest", Digest, set(), set()),
]
TABLES = [table for table in metadata.tables.values() if table.name != "workspace"]
# `workspaces.find` goes from Slack's ids to the tenant; inbox and timers (drafts are timed, too)
# serve all tenants in turn.
ACROSS_TENANTS = {
    "uq_installation_enterprise_id_team_id",
    "ix_inbox_waiting",
    "ix_ticket_wake",
    "ix_draft_until",
    "ix_escalation_due",
    "ix_rota_watch_due",
    "ix_csat_due",
    "ix_recovery_look",
    "ix_subscription_next",
    "ix_article_review",
}


def is_truth(name: str | None, kind: str, _parents: Any) -> bool:
    """The index of words is the migration's alone; test_search.py looks at it."""
    return kind != "table" or not (name or "").startswith(passages.TABLE)


def names(table: Table) -> str:
    return table.name


def test_every_module_of_tables_is_known() -> None:
    assert len(MODULES) == len(set(MODULES))
    assert metadata.tables.keys() >= {name for name, *_ in RECORDS}


@pytest.mark.parametrize("name, record, joined, hidden", RECORDS)
def test_a_table_has_the_fields_of_its_record(
    name: str, record: type[Any], joined: set[str], hidden: set[str]
) -> None:
    stored = {field.name for field in fields(record)} - joined
    assert {column.name for column in metadata.tables[name].columns} == stored | hidden


@pytest.mark.parametrize("table", TABLES, ids=names)
def test_keys_begin_with_the_workspace(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "workspace_id"
    for foreign in table.foreign_key_constraints:
        assert foreign.column_keys[0] == "workspace_id"
        to_workspaces = foreign.referred_table.name == "workspace"
        assert to_workspaces or foreign.elements[0].column.name == "workspace_id"


@pytest.mark.parametrize("table", TABLES, ids=names)
def test_indexes_begin_with_the_workspace(table: Table) -> None:
    for index in table.indexes:
        first = str(next(iter(index.expressions)))
        assert first.endswith("workspace_id") or index.name in ACROSS_TENANTS


@pytest.mark.parametrize("table", metadata.tables.values(), ids=names)
def test_the_database_makes_up_nothing(table: Table) -> None:
    assert [column.name for column in table.columns if column.server_default is not None] == []


def test_the_migrations_make_the_tables_that_the_modules_describe(empty_engine: Engine) -> None:
    with empty_engine.connect() as connection:
        told = {"compare_type": True, "include_name": is_truth}
        context = MigrationContext.configure(connection, opts=told)
        assert compare_metadata(context, metadata) == []


def test_a_migrated_index_has_the_condition_that_its_queries_need(empty_engine: Engine) -> None:
    inspector = inspect(empty_engine)
    for table in metadata.tables.values():
        made = {index["name"]: index for index in inspector.get_indexes(table.name)}
        for index in table.indexes:
            options = made[index.name]["dialect_options"]
            is_partial = f"{empty_engine.dialect.name}_where" in options
            assert is_partial == (index.dialect_options["sqlite"]["where"] is not None)


def test_a_message_in_a_channel_of_another_tenant_is_refused(unit: Unit) -> None:
    with pytest.raises(IntegrityError), unit.savepoint():
        say(unit, channel_id=ZOES_CHANNEL)


def test_a_ticket_for_a_message_of_another_tenant_is_refused(unit: Unit, zoes: Unit) -> None:
    hers = say(zoes, channel_id=ZOES_CHANNEL, author_id=None)
    with pytest.raises(IntegrityError), unit.savepoint():
        ask(unit, opening_id=hers.id)


def test_history_of_a_ticket_of_another_tenant_is_refused(unit: Unit, zoes: Unit) -> None:
    ours = ask(unit)
    change = Change(zoes.workspace_id, 1, ours.id, NOON, None, "take")
    with pytest.raises(IntegrityError), zoes.savepoint():
        history.add(zoes, [change])


def test_a_record_of_another_tenant_is_refused_before_it_is_written(unit: Unit, zoes: Unit) -> None:
    ours = ask(unit)
    with pytest.raises(ValueError, match="in a unit of"):
        tickets.add(zoes, ours)


def test_a_reply_of_another_tenant_is_not_found(unit: Unit, zoes: Unit) -> None:
    ours = ask(unit)
    opening = messages.by_id(unit, ours.opening_id)
    assert opening is not None
    assert opening.text_id is not None
    reply = Reply(
        unit.workspace_id, 7, ours.id, ANA, opening.text_id, NOON, NOON + timedelta(seconds=10)
    )
    replies.add(unit, reply)
    assert replies.by_id(zoes, 7) is None
    assert replies.of_ticket(zoes, ours.id) == []


def test_an_upgrade_of_a_current_database_changes_nothing(
    database_url: str, engine: Engine
) -> None:
    upgrade(database_url)
    with engine.connect() as connection:
        rows = connection.execute(select(metadata.tables["workspace"].c.id)).scalars().all()
    assert len(rows) == 2
