"""THE ORDER OF A MONTH: a numbered list of calls. Moving a line is a modelling decision and goes into the changelog.

1  conditions     levers and outside conditions set places, services, prospects, rules
2  demography     ageing, school years, leaving for college, births, unions and separations, deaths
3  stocks         labour demand, school places; dwellings come last
4  migration      who reconsiders, where they go, who returns, which children follow, who comes from outside, who is
                  relocated
5  matching       jobs, school places, public dwellings: all can run out; in September some pupils are sent home
6  residence      the six-month rule; permits and settlement
7  recoding       each October: moves inside a part, and places that turn urban where they stand
8  observation    stocks and flows read from the ledger, accounts checked (urbsim.simulation.model)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbsim.levers.apply import apply_levers
from urbsim.processes.conditions.steps import set_climate
from urbsim.processes.demography.steps import age, die, form_unions, give_birth, set_hazards
from urbsim.processes.employment.steps import work
from urbsim.processes.housing.steps import house
from urbsim.processes.migration.steps import decide_and_move, give_up_and_return, weigh_places
from urbsim.processes.moving.steps import (
    change_township,
    count_residents,
    receive_newcomers,
    relocate_villagers,
)
from urbsim.processes.reclassification.steps import recode_places
from urbsim.processes.registration.steps import register
from urbsim.processes.schooling.steps import attend_school, school_year
from urbsim.processes.screening.steps import screen
from urbsim.processes.services.steps import offer_services

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def step(world: World) -> None:
    """One month, in order."""
    world.begin_month()
    apply_levers(world)  # 1
    set_climate(world)
    offer_services(world)
    weigh_places(world)
    set_hazards(world)  # 2
    age(world)
    candidates = screen(world)
    world.end_reading()
    graduates = school_year(world)
    give_birth(world, candidates.birth)
    form_unions(world, candidates.union)
    die(world, candidates.death)
    decide_and_move(world, candidates.activation, graduates)  # 4
    give_up_and_return(world, candidates.return_)
    receive_newcomers(world)
    relocate_villagers(world)
    pupils, papers = work(world)  # 3, 5
    attend_school(world, pupils)
    count_residents(world)  # 6
    register(world, papers)
    change_township(world)  # 7
    recode_places(world)
    house(world)  # 3, 5: last, for recoded villages bring their dwellings
