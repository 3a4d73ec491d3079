"""What a person can hold beside a job: bits of the column `holdings`."""

from __future__ import annotations

PERMIT = 1  # residence permit
PUBLIC_RENTAL = 2  # lives in a public rental dwelling
RENT_SUBSIDY = 4  # household draws a rent subsidy
TRAINED = 8  # took part in subsidised training
