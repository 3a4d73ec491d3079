"""From control totals of a census to every person of it."""
