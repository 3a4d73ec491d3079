"""What a person is while the model runs: one row in each of these columns.

The arrays are longer than the number of persons; rows are appended for newborns and newcomers and never removed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from urbsim.compute.compiled import taken_by_address


@taken_by_address
class Columns(NamedTuple):
    """Columns over rows (persons). Parts and other codes: `urbsim.state.codes`; months count from 1900-01.

    The person in row r < identity_rows has id r; a later row r has id ids[r - identity_rows].
    """

    identity_rows: int
    ids: np.ndarray  # uint64: stable ids of the rows after the identity rows
    risk: (
        np.ndarray
    )  # uint8: risk class (urbsim.state.risk); DEAD for the dead; written by ageing, unions, moves, deaths
    birth_month: np.ndarray  # int16: month of birth
    sex: np.ndarray  # uint8: 0 male, 1 female
    schooling: np.ndarray  # uint8: highest level attained or attended, 0 none .. 5 bachelor or above
    enrolled: np.ndarray  # uint8: 1 while at school
    home: np.ndarray  # uint8: part where registered (hukou)
    lives: np.ndarray  # uint8: part where physically living
    counted: np.ndarray  # uint8: part where counted as resident (six-month rule)
    left_home: (
        np.ndarray
    )  # int16: month of leaving the registered part; at home, of the last return (0 for none)
    cell: np.ndarray  # uint8: village cell within a rural part
    ring: np.ndarray  # int32: row of the next member of the household, a closed ring
    spouse: np.ndarray  # int32: row of the spouse, -1 for none
    parent: np.ndarray  # int32: row of one parent (the mother if known), -1 for none
    work: np.ndarray  # uint8: work, or the search for it (urbsim.state.codes)
    work_county: np.ndarray  # uint8: county of the urban work or school place, read only where there is one
    holdings: (
        np.ndarray
    )  # uint8: bits of what a person holds, of dwelling and of registration (urbsim.state.holdings)
    school: np.ndarray  # uint8: school place held by a pupil in a town (urbsim.state.codes)
    births: np.ndarray  # uint8: births given in this run (numbers the ids of newborns)
    pending: (
        np.ndarray
    )  # uint8: bits of who has yet to look at a change of this person (urbsim.state.pending)
