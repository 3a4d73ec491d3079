"""Who might meet an event this month: bounds by risk class for all that can happen (ODD equation R3).

The loop over everybody is `urbsim.compute.screening`, its twin `urbsim.compute.plain.screening`.
"""
