"""The processes of the model, in the order in which they open on census night; each rests only on those before it."""

from __future__ import annotations

from urbsim.processes.conditions import steps as conditions
from urbsim.processes.demography import steps as demography
from urbsim.processes.employment import steps as employment
from urbsim.processes.housing import steps as housing
from urbsim.processes.migration import steps as migration
from urbsim.processes.moving import steps as moving
from urbsim.processes.process import Process
from urbsim.processes.reclassification import steps as reclassification
from urbsim.processes.registration import steps as registration
from urbsim.processes.schooling import steps as schooling
from urbsim.processes.services import steps as services

PROCESSES: tuple[Process, ...] = (
    conditions.PROCESS,
    demography.PROCESS,
    moving.PROCESS,
    employment.PROCESS,
    registration.PROCESS,  # counts everybody for the ledger, which those below read
    reclassification.PROCESS,
    schooling.PROCESS,
    housing.PROCESS,
    services.PROCESS,
    migration.PROCESS,  # weighs what all others offer
)
