"""What government does: physical quantities with date, place and stock, one file a mechanism.

A lever changes places and rules; people change themselves. With every additional dose zero a run is `no_plan`.
"""
