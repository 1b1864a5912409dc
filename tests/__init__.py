"""Tests, on the same floors as the code; see docs/architecture.md."""
