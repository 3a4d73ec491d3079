"""What a person can hold beside a job, how they dwell and are registered: bits of the column `holdings`."""

from __future__ import annotations

PERMIT = 1  # residence permit
PUBLIC_RENTAL = 2  # lives in a public rental dwelling
RENT_SUBSIDY = 4  # household draws a rent subsidy
TRAINED = 8  # took part in subsidised training
GUARANTEED_RENTAL = 16  # lives in a guaranteed rental dwelling
OWN_HOME = 32  # lives in a home that the household bought with a loan for migrants
DORMITORY = 64  # sleeps in a dormitory (collective dwelling)
OTHER_TOWNSHIP = 128  # is registered in another township of the very part lived in
SUPPORTED = PUBLIC_RENTAL | RENT_SUBSIDY | GUARANTEED_RENTAL | OWN_HOME  # one of them a household
