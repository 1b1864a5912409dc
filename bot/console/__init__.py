"""The command line beside ``run`` and ``demo``: what operators ask of a desk's database."""
