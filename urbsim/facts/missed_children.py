"""Children whom a census overlooks, as the next one tells, put back into its controls (ODD equation B11)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from urbsim.facts.census_2020 import Controls

_AT_SCHOOL = 2  # age group 5-9, the first of which most go to school


def with_missed_children(c: Controls, missed: np.ndarray) -> Controls:
    """The controls with the children whom the census overlooked, registered where they live (ODD equation B11).

    missed: (2, 19) children overlooked, per child counted of the sex and age group. In each county they are shared out
    over town and village as all residents, so urban shares stay what was counted.
    """
    more = np.rint(c.residents * missed).astype(np.int64)
    extra = more.sum(axis=(1, 2))
    urban = np.rint(extra * c.part_total[:, 1] / c.total).astype(np.int64)
    schooling = c.schooling.copy()
    schooling[:, :, 0] += more[:, :, :_AT_SCHOOL].sum(axis=2)
    schooling[:, :, 1] += more[:, :, _AT_SCHOOL:].sum(axis=2)
    return replace(
        c,
        residents=c.residents + more,
        part_total=c.part_total + np.column_stack([extra - urban, urban]),
        class_total=c.class_total + np.column_stack([extra, np.zeros((len(extra), 3), np.int64)]),
        household_population=c.household_population + extra,
        schooling=schooling,
        registered=c.registered + extra,
    )
