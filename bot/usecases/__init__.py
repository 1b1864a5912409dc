"""Plain steps over a Unit: load, apply a rule, save, announce. Slack is never called from here."""
