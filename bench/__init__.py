"""How fast the desk is, beside a bare Bolt app that only acks: ``python -m bench``."""
