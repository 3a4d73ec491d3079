"""A rerun set against the record that the repository keeps: what `urbsim verify` says."""
