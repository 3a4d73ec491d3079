"""How much it takes: the dose at which a target is met, and the cheapest mix of levers, what `urbsim seek` says."""
