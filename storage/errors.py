"""What the store raises when the truth has moved on."""


class Conflict(Exception):
    """Somebody else changed the row first: the step is rolled back and run again."""
