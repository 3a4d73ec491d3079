"""Codes: every number that stands for something, once. This file imports nothing, and lies below all others of `state`.

One word, one meaning:
*place*         a county, a prefecture or the province, by its official code (`urbsim.state.geography`);
*part*          the rural or the urban part of a county, or one of two regions outside: where people are;
*origin*        where somebody is registered, the two parts of a county as one: a county or a region outside;
*destination*   what somebody who leaves can choose: the town of a county or a region outside;
*alternative*   a destination, or the village in which somebody lives and stays;
*school place*  a seat at a school, public or purchased;
*rank*          where somebody stands in a queue: a number that sorts.

Kernels compile these numbers in, so they are plain integers.
"""

from __future__ import annotations

N_COUNTIES = 111
N_REGIONS = 2  # outside: the Pearl River Delta, the rest of China
REGION_NAMES = ("outside_prd", "outside_rest")

# Parts: 2 x county + 1 if urban, then the regions outside.
N_INSIDE = 2 * N_COUNTIES
FIRST_OUTSIDE = N_INSIDE  # a part from here on lies outside Guangxi
PEARL_RIVER_DELTA, REST_OF_CHINA = FIRST_OUTSIDE, FIRST_OUTSIDE + 1
N_PARTS = N_INSIDE + N_REGIONS
NOWHERE = 255  # part of the dead

# Origins and destinations: the counties, then the regions outside; alternatives: destinations, then the village.
FIRST_REGION = N_COUNTIES
N_ORIGINS = N_COUNTIES + N_REGIONS
N_DESTINATIONS = N_COUNTIES + N_REGIONS
VILLAGE = N_DESTINATIONS
N_ALTERNATIVES = N_DESTINATIONS + 1

COUNTY_TOWN, CITY, OUTSIDE_REGION = 0, 1, 2  # kinds of destination; each is a nest of the choice

IN_VILLAGE, IN_TOWN, IN_REGION = 0, 1, 2  # settings: a village, a town of Guangxi, a region outside
N_SETTINGS = 3

N_CELLS = 256  # codes of the village cells of a rural part
NO_CELL = 255  # of those who belong to no village

# Bits of the risk class (`urbsim.state.risk`), and the class of the dead.
AWAY, IN_UNION, WOMAN = 1, 2, 4
DEAD = 255

MALE, FEMALE = 0, 1

# The column `work`. Three kinds look for a post: who leaves school, who comes from elsewhere, who lost a post. Who lost
# one and does odd jobs since then is told from others who do. A post is FIRST_JOB and its sector: who works in a town
# is at ODD_JOBS or beyond.
IDLE, FARMING, WORKING_OUTSIDE, KEEPING_HOUSE = range(4)
ENTRANT, ARRIVED, UNEMPLOYED = range(4, 7)
ODD_JOBS, ODD_JOBS_SINCE, FIRST_JOB = range(7, 10)
SECTORS = ("agriculture", "manufacturing", "construction", "services", "public")
N_SECTORS = len(SECTORS)

# The column `schooling`: the highest level attained or attended.
UNSCHOOLED, PRIMARY, JUNIOR_SECONDARY, SENIOR_SECONDARY, COLLEGE, BACHELOR = 0, 1, 2, 3, 4, 5
N_LEVELS = 6

# The column `school`: the kind of school place that a pupil holds. Stages of school are in `urbsim.state.stages`.
NO_PLACE, PUBLIC_PLACE, PURCHASED_PLACE = 0, 1, 2
SCHOOL_PLACE_KINDS = ("public", "purchased")  # in the order of their codes, from PUBLIC_PLACE on
N_PLACE_KINDS = len(SCHOOL_PLACE_KINDS)
