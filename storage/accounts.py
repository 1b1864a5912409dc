"""Accounts with their contacts, notes and history. Which channels are theirs, channels know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import (
    BigInteger,
    Boolean,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    update,
)

from storage import remembered
from storage.base import (
    Instant,
    Words,
    any_of,
    in_workspace,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.accounts import Account, AccountChange, AccountNote, Contact
from storage.rows import Rows, VersionedRows, its, of_workspace, same
from storage.unit import Unit

account_table = Table(
    "account",
    metadata,
    tenant(),
    key(),
    required("name", Words),
    required("slug", Words),
    required("made_at", Instant),
    required("tier", Words),
    optional("owner_id", BigInteger),
    required("zone", Text),
    required("team_channel", Text),
    required("version", Integer),
    in_workspace(),
    points("owner_id", "person"),
    UniqueConstraint("workspace_id", "slug"),
)
contact_table = Table(
    "contact",
    metadata,
    tenant(),
    key(),
    required("account_id", BigInteger),
    required("person_id", BigInteger),
    required("seen_at", Instant),
    optional("left_at", Instant),
    required("version", Integer),
    points("account_id", "account"),
    points("person_id", "person"),
    UniqueConstraint("workspace_id", "account_id", "person_id"),
)
note_table = Table(
    "account_note",
    metadata,
    tenant(),
    key(),
    required("account_id", BigInteger),
    required("author_id", BigInteger),
    required("at", Instant),
    required("text", Words),
    required("is_warning", Boolean),
    optional("removed_at", Instant),
    required("version", Integer),
    points("account_id", "account"),
    points("author_id", "person"),
    Index("ix_account_note_account", "workspace_id", "account_id", "at"),
)
change_table = Table(
    "account_change",
    metadata,
    tenant(),
    key(),
    required("account_id", BigInteger),
    required("at", Instant),
    optional("actor_id", BigInteger),
    required("what", Text),
    required("before", Words),
    required("after", Words),
    points("account_id", "account"),
    points("actor_id", "person"),
    Index("ix_account_change_account", "workspace_id", "account_id", "at", "id"),
)

_ACCOUNTS = VersionedRows(account_table, Account)
_account = account_table.c
_BY_ID = _ACCOUNTS.select(same(_account.id, "id"))
_MANY = _ACCOUNTS.select(any_of(_account.id, "ids"))
_BY_SLUG = _ACCOUNTS.select(same(_account.slug, "slug"))
_PAGE = (
    _ACCOUNTS.select(_account.slug > bindparam("after"))
    .order_by(_account.slug)
    .limit(bindparam("most"))
)
_COUNT = select(func.count()).select_from(account_table).where(of_workspace(account_table))

_CONTACTS = VersionedRows(contact_table, Contact)
_contact = contact_table.c
_OF_ACCOUNT = same(_contact.account_id, "account_id")
_CONTACT = _CONTACTS.select(_OF_ACCOUNT, same(_contact.person_id, "person_id"))
_CONTACTS_OF = (
    _CONTACTS.select(_OF_ACCOUNT)
    .order_by(_contact.left_at.desc().nulls_first(), _contact.seen_at.desc(), _contact.id)
    .limit(bindparam("most"))
)

_NOTES = VersionedRows(note_table, AccountNote)
_note = note_table.c
_NOTE = _NOTES.select(same(_note.id, "id"))
_NOTES_OF = (
    _NOTES.select(same(_note.account_id, "account_id"), _note.removed_at.is_(None))
    .order_by(_note.at.desc(), _note.id.desc())
    .limit(bindparam("most"))
)
_WARNINGS_OF = _NOTES.select(
    same(_note.account_id, "account_id"), _note.removed_at.is_(None), _note.is_warning.is_(True)
).order_by(_note.at, _note.id)

_CHANGES = Rows(change_table, AccountChange)
_CHANGES_OF = (
    _CHANGES.select(same(change_table.c.account_id, "account_id"))
    .order_by(change_table.c.at.desc(), change_table.c.id.desc())
    .limit(bindparam("most"))
)

_MOVE = tuple(
    update(table)
    .where(its(table.c.workspace_id), its(table.c.account_id))
    .values(account_id=bindparam("into_id"))
    for table in (note_table, change_table)
)
_FORGET = delete(contact_table).where(its(_contact.workspace_id), its(_contact.account_id))
_REMOVE = delete(account_table).where(its(_account.workspace_id), its(_account.id))
ALL = 2**31 - 1  # contacts: of an account that is to go none may be left behind


def by_id(unit: Unit, account_id: int) -> Account | None:
    return _ACCOUNTS.first(unit, _BY_ID, id=account_id)


def many(unit: Unit, ids: Collection[int]) -> dict[int, Account]:
    """Those of these accounts that are there, by key."""
    return {each.id: each for each in _ACCOUNTS.all(unit, _MANY, ids=list(ids))}


def by_slug(unit: Unit, slug: str) -> Account | None:
    """The account whose name compares so."""
    return _ACCOUNTS.first(unit, _BY_SLUG, slug=slug)


def page(unit: Unit, *, after: str = "", most: int = 100) -> list[Account]:
    """Accounts by their slugs, those behind ``after``."""
    return _ACCOUNTS.all(unit, _PAGE, after=after, most=most)


def count(unit: Unit) -> int:
    """How many accounts there are."""
    found = unit.execute(_COUNT, {"workspace_id": unit.workspace_id}).scalar()
    return int(found or 0)


def add(unit: Unit, account: Account) -> None:
    """Keep a new account. Raises IntegrityError when one has its name already."""
    _ACCOUNTS.add(unit, account)
    remembered.added(unit)


def save(unit: Unit, before: Account, after: Account) -> Account:
    """Write what changed. Raises Conflict when somebody else was first."""
    kept = _ACCOUNTS.save(unit, before, after)
    remembered.changed(unit)
    return kept


def absorb(unit: Unit, account_id: int, into_id: int) -> None:
    """Remove an account; its contacts, notes and history belong to another one from now on.

    Raises IntegrityError where a channel, or anybody's home, still points to it.
    """
    for each in contacts(unit, account_id, most=ALL):
        _introduce(unit, each, into_id)
    of_it = {"its_workspace_id": unit.workspace_id, "its_account_id": account_id}
    unit.execute(_FORGET, of_it)
    for move in _MOVE:
        unit.execute(move, of_it | {"into_id": into_id})
    unit.execute(_REMOVE, {"its_workspace_id": unit.workspace_id, "its_id": account_id})
    remembered.changed(unit)


def _introduce(unit: Unit, met: Contact, into_id: int) -> None:
    """Whoever is at both accounts is there once, and has left only where both say so."""
    known = contact(unit, into_id, met.person_id)
    if known is None:
        _CONTACTS.save(unit, met, replace(met, account_id=into_id))
    elif known.left_at is not None and met.left_at is None:
        _CONTACTS.save(unit, known, replace(known, left_at=None, seen_at=met.seen_at))


def contact(unit: Unit, account_id: int, person_id: int) -> Contact | None:
    """That person at that account, gone or not."""
    return _CONTACTS.first(unit, _CONTACT, account_id=account_id, person_id=person_id)


def contacts(unit: Unit, account_id: int, *, most: int = 200) -> list[Contact]:
    """Those who are there, the newest first, then those who left, the last first."""
    return _CONTACTS.all(unit, _CONTACTS_OF, account_id=account_id, most=most)


def put_contact(unit: Unit, contact: Contact) -> None:
    """Keep somebody, new or known. IntegrityError where another process was first."""
    _CONTACTS.put(unit, contact)


def note(unit: Unit, note_id: int) -> AccountNote | None:
    return _NOTES.first(unit, _NOTE, id=note_id)


def notes(unit: Unit, account_id: int, *, most: int = 50) -> list[AccountNote]:
    """What is noted and was not removed, the newest first."""
    return _NOTES.all(unit, _NOTES_OF, account_id=account_id, most=most)


def warnings(unit: Unit, account_id: int) -> tuple[AccountNote, ...]:
    """What each ticket of the account shows, the oldest first."""
    known = remembered.facts(unit)
    found: tuple[AccountNote, ...] | None = known.get((AccountNote, account_id))
    if found is None:
        found = tuple(_NOTES.all(unit, _WARNINGS_OF, account_id=account_id))
        known[AccountNote, account_id] = found
    return found


def add_note(unit: Unit, note: AccountNote) -> None:
    """Keep a new note."""
    _NOTES.add(unit, note)
    remembered.changed(unit)


def save_note(unit: Unit, before: AccountNote, after: AccountNote) -> AccountNote:
    """Write what changed. Raises Conflict when somebody else was first."""
    kept = _NOTES.save(unit, before, after)
    remembered.changed(unit)
    return kept


def add_change(unit: Unit, *changes: AccountChange) -> None:
    """Write down who changed what."""
    _CHANGES.add(unit, *changes)


def changes(unit: Unit, account_id: int, *, most: int = 20) -> list[AccountChange]:
    """What was changed last, the newest first."""
    return _CHANGES.all(unit, _CHANGES_OF, account_id=account_id, most=most)
