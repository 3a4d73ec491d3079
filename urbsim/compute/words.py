"""Bytes of packed words: the mask of one, and how many values it has. They are no codes (`urbsim.state.codes`)."""

from __future__ import annotations

BYTE = 0xFF  # mask of the lowest byte, and the highest value of a byte
BYTE_VALUES = BYTE + 1  # entries of a table that is looked up by a byte
