"""What differs between stored runs: what `urbsim compare` says."""
