"""Numbers that stand for something: each has its one home here."""

from __future__ import annotations

N_COUNTIES = 111
FIRST_OUTSIDE = 222  # parts below lie in Guangxi
