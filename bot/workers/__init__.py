"""The loops: what came in is done, what is to go out is shown, what is due is noticed."""
