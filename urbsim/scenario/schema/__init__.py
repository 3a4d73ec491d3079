"""What the files people write may hold: one model per kind of file, one docstring and unit per field.

These models are the only truth about keys: the checks of `urbsim.scenario.reader`, the JSON schemas that editors
use and the tables of `scenarios/README.md` all come from them (`python -m urbsim.scenario.schema --write`).

Objects are frozen, unknown keys are refused, numbers are finite. A lever is added in `urbsim.scenario.schema.levers`.
"""

from urbsim.scenario.schema.base import (
    DIGEST_PATTERN,
    NAME_PATTERN,
    PLACE_PATTERN,
    PLAN,
    SWEPT_PATTERN,
    Bilingual,
    Count,
    Frozen,
    Month,
    Name,
    PlaceCode,
    Seed,
    SweptName,
    Text,
)
from urbsim.scenario.schema.batch import Batch, Interval, Sweep
from urbsim.scenario.schema.behaviour import Behaviour
from urbsim.scenario.schema.conditions import Conditions, Epidemic, JobProspect
from urbsim.scenario.schema.delivery import Allowance, Envelope, LandQuota, Rate
from urbsim.scenario.schema.dose import Dose
from urbsim.scenario.schema.levers import (
    MECHANISMS,
    DeliveryLevers,
    EmploymentLevers,
    HousingLevers,
    IndustryLevers,
    LandLevers,
    Levers,
    RenewalLevers,
    SchoolingLevers,
    ServicesLevers,
    SettlementLevers,
    TownsLevers,
    TransportLevers,
)
from urbsim.scenario.schema.scenario import LAST_MONTH, Scenario
from urbsim.scenario.schema.settlement import Office, Rule
from urbsim.scenario.schema.targets import Target, TargetFile
from urbsim.scenario.schema.transport import AirRoutes, Circle

__all__ = [
    "DIGEST_PATTERN",
    "LAST_MONTH",
    "MECHANISMS",
    "NAME_PATTERN",
    "PLACE_PATTERN",
    "PLAN",
    "SWEPT_PATTERN",
    "AirRoutes",
    "Allowance",
    "Batch",
    "Behaviour",
    "Bilingual",
    "Circle",
    "Conditions",
    "Count",
    "DeliveryLevers",
    "Dose",
    "EmploymentLevers",
    "Envelope",
    "Epidemic",
    "Frozen",
    "HousingLevers",
    "IndustryLevers",
    "Interval",
    "JobProspect",
    "LandLevers",
    "LandQuota",
    "Levers",
    "Month",
    "Name",
    "Office",
    "PlaceCode",
    "Rate",
    "RenewalLevers",
    "Rule",
    "Scenario",
    "SchoolingLevers",
    "Seed",
    "ServicesLevers",
    "SettlementLevers",
    "Sweep",
    "SweptName",
    "Target",
    "TargetFile",
    "Text",
    "TownsLevers",
    "TransportLevers",
]
