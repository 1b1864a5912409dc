"""Frozen records of the desk: all that rules may know of storage. No SQLAlchemy here."""
