"""Every template, with small, huge and hostile scenes."""
