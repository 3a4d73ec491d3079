"""A stand-in for runs: a regression on paired small runs, kept as JSON, answered alike in Python and JavaScript."""
