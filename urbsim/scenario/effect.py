"""What of a scenario takes effect in its run: input that does nothing is found before anything is run.

A finding is refused where the scenario's own file wrote the input, and noted where the file inherited it
(`urbsim.scenario.reader` decides that).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from urbsim.calendar import BASE_MONTH, month_number, month_text
from urbsim.facts import gazetteer
from urbsim.files.strict_yaml import Steps
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.schema import Dose, Levers, Scenario
from urbsim.scenario.schema.transport import NEVER

PARTS = ("committed", "levers")


@dataclass(frozen=True)
class Finding:
    """Input that has no effect, or not the effect that its numbers say.

    path: the input; message: what becomes of it, in the user's words; idle: it has no effect at all;
    allowed: what would have one.
    """

    path: Steps
    message: str
    idle: bool = False
    allowed: str | None = None


class Span(NamedTuple):
    """The simulated months, first and last, as month numbers."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{month_text(self.first)} to {month_text(self.last)}"

    def months_of(self, first: str, last: str) -> int:
        """How many of the months from `first` to `last` are simulated."""
        return max(min(month_number(last), self.last) - max(month_number(first), self.first) + 1, 0)


class Share(NamedTuple):
    """What of a dose is delivered: units and months inside the run, and in all."""

    units: float
    total: float
    months: int
    of_months: int

    @property
    def partial(self) -> bool:
        """Whether something is lost outside the run."""
        return self.total > 0 and self.months < self.of_months


def span_of(scenario: Scenario) -> Span:
    """The months a run of the scenario simulates: those after census night."""
    return Span(BASE_MONTH[scenario.base] + 1, month_number(scenario.until))


def share_in_run(dose: Dose, span: Span) -> Share:
    """What of a dose falls into the run, by the dose's own even spread over its months (ODD equation G1)."""
    months = span.months_of(dose.from_, dose.to)
    of_months = month_number(dose.to) - month_number(dose.from_) + 1
    return Share(dose.due(span.last) - dose.due(span.first - 1), dose.total, months, of_months)


def doses_of(scenario: Scenario) -> Iterator[tuple[Steps, Dose]]:
    """Every dose with its path, such as ("levers", "housing", "public_rental_units")."""
    for part in PARTS:
        for group, levers in getattr(scenario, part):
            for lever, value in levers:
                if isinstance(value, Dose):
                    yield (part, group, lever), value


def findings(scenario: Scenario) -> list[Finding]:
    """All input of a scenario that has no effect or only part of it."""
    span = span_of(scenario)
    return [
        *(finding for path, dose in doses_of(scenario) for finding in _of_dose(path, dose, span)),
        *(finding for part in PARTS for finding in _of_settlement(part, getattr(scenario, part), span)),
        *_of_openings(scenario, span),
        *_of_circles(scenario, span),
        *_of_air_routes(scenario),
        *_of_replaced(scenario),
        *_of_delivery(scenario, span),
        *_of_conditions(scenario, span),
        *_of_targets(scenario, span),
    ]


def _of_dose(path: Steps, dose: Dose, span: Span) -> Iterator[Finding]:
    if dose.total == 0:  # switched off, on purpose
        return
    share = share_in_run(dose, span)
    if share.months == 0:
        message = f"has no effect: its units arrive from {dose.from_} to {dose.to}, {_outside(span)}"
        yield Finding(path, message, idle=True, allowed=f"months that overlap with {span}")
    elif share.partial:
        message = (
            f"{_counted(share.units)} of {_counted(share.total)} units fall into the run, {span} "
            f"({share.months} of {share.of_months} months)"
        )
        yield Finding(path, message)
    for code, units in (dose.places or {}).items():
        if units == 0:
            yield Finding((*path, "places", code), f"none of the {_counted(dose.total)} units go to {code}")


def _of_settlement(part: str, levers: Levers, span: Span) -> Iterator[Finding]:
    rules, office = levers.settlement.rules, levers.settlement.office
    path: Steps = (part, "settlement")
    yield from _of_steps((*path, "rules"), rules, "rule", span)
    if office is not None and month_number(office.from_) > span.last:
        yield _too_late((*path, "office"), office.from_, "the new service begins", span)


def _of_openings(scenario: Scenario, span: Span) -> Iterator[Finding]:
    """Lines that open after the run, or never would; and those of `committed` whose month `levers` replace.

    A line that is committed may be kept from opening in the run, on purpose: by either part.
    """
    committed, added = scenario.committed.transport.openings, scenario.levers.transport.openings
    for line, month in committed.items():
        path: Steps = ("committed", "transport", "openings", line)
        if line in added:
            message = f"has no effect: `levers.transport.openings.{line}` takes its place"
            yield Finding(path, message, idle=True)
        elif month != NEVER and month_number(month) > span.last:
            yield Finding(path, f"has no effect: the line opens in {month}, after the run ({span})")
    for line, month in added.items():
        path = ("levers", "transport", "openings", line)
        if line in committed:
            continue
        if month == NEVER:
            message = "has no effect: the line does not open anyway"
            yield Finding(path, message, idle=True, allowed="a month, or a line that is committed")
        elif month_number(month) > span.last:
            yield _too_late(path, month, "the line opens", span)


def _of_circles(scenario: Scenario, span: Span) -> Iterator[Finding]:
    """Circles that begin after the run or end after it."""
    for part in PARTS:
        for name, circle in getattr(scenario, part).transport.circles.items():
            path: Steps = (part, "transport", "circles", name)
            if circle.share == 0:  # switched off, on purpose
                continue
            if month_number(circle.from_) > span.last:
                yield _too_late(path, circle.from_, "journeys begin to get shorter", span)
            elif month_number(circle.to) > span.last:
                closed = circle.closed(span.last)
                message = f"closes {closed:.2g} of the gap within the run, {span}, and {circle.share:g} by {circle.to}"
                yield Finding(path, message)


def _of_air_routes(scenario: Scenario) -> Iterator[Finding]:
    """Routes for places without an airport."""
    for part in PARTS:
        routes = getattr(scenario, part).transport.air_routes
        for code in (routes.places or {}) if routes else ():
            if not any(airport_serves(code, county) for county in gazetteer.airports()):
                path: Steps = (part, "transport", "air_routes", "places", code)
                airports = ", ".join(f"{county} ({name})" for county, name in gazetteer.airports().items())
                yield Finding(path, f"there is no airport in {code}", idle=True, allowed=airports)


def airport_serves(code: str, county: str) -> bool:
    """Whether the airport of a county lies in the place of that code: the county, its prefecture or the province."""
    return code in (gazetteer.PROVINCE, gazetteer.places()[county].prefecture, county)


def _of_steps(path: Steps, entries: Sequence[Any], what: str, span: Span) -> Iterator[Finding]:
    """Entries that hold from a month until the next: each must hold in a month of the run."""
    for position, entry in enumerate(entries):
        following = entries[position + 1] if position + 1 < len(entries) else None
        if month_number(entry.from_) > span.last:
            yield _too_late((*path, position), entry.from_, f"the {what} begins", span)
        elif following is not None and month_number(following.from_) <= span.first:
            message = f"has no effect: the next {what} takes its place in {following.from_}, before the run ({span})"
            yield Finding((*path, position), message, idle=True, allowed=f"a {what} that holds in {span}")


def _of_replaced(scenario: Scenario) -> Iterator[Finding]:
    """Rules or an office of `committed` that those of `levers` take the place of."""
    for key in ("rules", "office"):
        if getattr(scenario.levers.settlement, key) and getattr(scenario.committed.settlement, key):
            path: Steps = ("committed", "settlement", key)
            yield Finding(path, f"has no effect: `levers.settlement.{key}` takes its place", idle=True)


def _of_delivery(scenario: Scenario, span: Span) -> Iterator[Finding]:
    """A rate or a limit where nothing is added that it could touch, and doses that a delay takes out of the run."""
    delivery, path = scenario.levers.delivery, ("levers", "delivery")
    doses = {steps: dose for steps, dose in doses_of(scenario) if steps[0] == "levers" and dose.total > 0}
    for name, value in delivery:
        if value is not None and not doses:
            message = "has no effect: the scenario adds no units"
            yield Finding((*path, name), message, idle=True, allowed="a dose under `levers`")
    for name in ("envelope", "land_quota"):
        limit = getattr(delivery, name)
        first: tuple[str, ...] = limit.first if limit else ()
        for position, key in enumerate(first):
            if ("levers", *key.split(".")) not in doses:
                message = f"has no effect: the scenario adds no units of {key}"
                yield Finding((*path, name, "first", position), message, idle=True)
    quota = delivery.land_quota
    years = list(quota.hectares_by_year) if quota and quota.hectares_by_year else []
    for year in years:
        if f"{year}-12" < month_text(span.first) or f"{year}-01" > month_text(span.last):
            message = f"has no effect: the year lies outside the run ({span})"
            yield Finding((*path, "land_quota", "hectares_by_year", year), message, idle=True)
    if (
        delivery.land_quota
        and doses
        and not any(CATALOGUE[".".join(map(str, key[1:]))].land for key in doses)
    ):
        message = "has no effect: nothing that the scenario adds takes land"
        yield Finding((*path, "land_quota"), message, idle=True, allowed="a dose that takes land")
    if delivery.rate is not None and delivery.rate.delay_months:
        losing = 0
        for dose in doses.values():
            late = dose.model_copy(
                update={"from_": delivery.rate.later(dose.from_), "to": delivery.rate.later(dose.to)}
            )
            losing += share_in_run(late, span).units < share_in_run(dose, span).units
        if losing:
            message = f"units of {losing} of {len(doses)} doses come after the run, {span}"
            yield Finding((*path, "rate", "delay_months"), message)


def _of_conditions(scenario: Scenario, span: Span) -> Iterator[Finding]:
    conditions = scenario.conditions
    yield from _of_steps(("conditions", "outside_jobs"), conditions.outside_jobs, "level", span)
    for position, spell in enumerate(conditions.epidemic):
        path: Steps = ("conditions", "epidemic", position)
        months = span.months_of(spell.from_, spell.to)
        of_months = month_number(spell.to) - month_number(spell.from_) + 1
        if months == 0:
            message = f"has no effect: the spell lasts from {spell.from_} to {spell.to}, {_outside(span)}"
            yield Finding(path, message, idle=True, allowed=f"months that overlap with {span}")
        elif months < of_months:
            yield Finding(path, f"{months} of {of_months} months fall into the run, {span}")
    overruled = {
        "outside_jobs": (conditions.border_moves == "off", "border_moves: off"),
        "outside_wage_per_year": (conditions.border_moves == "off", "border_moves: off"),
        "growth_per_year": (conditions.drivers == "observed", "drivers: observed"),
    }
    for key, (idle, why) in overruled.items():
        if idle and getattr(conditions, key) not in (None, ()):
            yield Finding(("conditions", key), f"has no effect with `{why}`", idle=True)
    if conditions.reclassification == "frozen":
        why = "has no effect with `reclassification: frozen`"
        if scenario.behaviour.recoding != "base":
            yield Finding(("behaviour", "recoding"), why, idle=True)
        for path, dose in doses_of(scenario):
            if path[1:] == ("towns", "connected_villages") and dose.total > 0:
                yield Finding(path, why, idle=True)


def _of_targets(scenario: Scenario, span: Span) -> Iterator[Finding]:
    for target in scenario.judged_by:
        read = (target.from_ if target.aggregate == "sum" else target.to, target.to)
        # The base night counts as a month: stocks are known at its end.
        known = Span(span.first - 1, span.last)
        if known.months_of(*read) < month_number(read[1]) - month_number(read[0]) + 1:
            months = read[1] if read[0] == read[1] else f"{read[0]} to {read[1]}"
            message = f"{target.id} is not judged: it reads {months}, and the run goes from {span}"
            yield Finding(("targets",), message)


def _too_late(path: Steps, begins: str, what: str, span: Span) -> Finding:
    message = f"has no effect: {what} in {begins}, after the run ({span})"
    return Finding(path, message, idle=True, allowed=f"a month up to {month_text(span.last)}")


def _outside(span: Span) -> str:
    return f"outside the run ({span})"


def _counted(units: float) -> str:
    """Units with separators, to a tenth below a hundred."""
    return f"{units:,.0f}" if units >= 100 or units == int(units) else f"{units:,.1f}"
