"""Tidy tables across stored runs, for the terminal and for files: what `urbsim table` makes."""
