"""One person's life in a run, in prose: what `urbsim trace` says."""
