"""Who earned how much of a scenario's effect: programmes, measures or levers, what `urbsim attribute` says."""
