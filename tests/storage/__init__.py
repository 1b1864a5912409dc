"""The store, on both databases: what was put in comes out, and nothing crosses a wall."""
