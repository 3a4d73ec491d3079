"""`python -m urbsim` is the command `urbsim`."""

from urbsim.cli import main

main()
