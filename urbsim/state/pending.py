"""Bits of the column `pending`: which processes have yet to look at a person, and what the school register says.

A move, a death, a change of registration, entering school and leaving it each set `ALL`. A process with an account of
everybody clears its bit when it has looked. So it looks at some hundred thousand persons a month, not at everybody.
"""

from __future__ import annotations

WORK = 1  # employment has yet to look (urbsim.processes.employment.kernels)
SCHOOL = 2  # school places have yet to look (urbsim.processes.schooling.kernels)
ALL = WORK | SCHOOL
IN_NEED = 64  # counts among the children in need of a school place in the town of `work_county`
FROM_ELSEWHERE = 128  # ... as one registered in another county
