"""Rules, in tables of cases: no fixtures, no time but what is given."""
