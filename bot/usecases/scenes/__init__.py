"""What a template is given: plain values read from the truth at the moment of sending."""
