"""Listeners, tried with recorded payloads through the real app."""
