"""A world with one lever more: to be run by itself (test_a_new_lever.py).

Arguments: the module of the schema that declares levers, and the changed text of it.
Nothing but one field of the schema is new. Prints what the rest of the program makes of it.
"""

from __future__ import annotations

import json
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location


class Instead(MetaPathFinder):
    """Has one module of the package read from another file."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(fullname, sys.argv[2]) if fullname == sys.argv[1] else None


sys.meta_path.insert(0, Instead())

from urbsim.explain import explain_text  # noqa: E402
from urbsim.report.texts import measure_name, setting_name  # noqa: E402
from urbsim.results import reached  # noqa: E402
from urbsim.results.store import fingerprint  # noqa: E402
from urbsim.scenario import generated  # noqa: E402
from urbsim.scenario.reader import load_scenario  # noqa: E402
from urbsim.scenario.schema import Dose, EmploymentLevers, Levers, Scenario  # noqa: E402
from urbsim.simulation.build import build_world  # noqa: E402
from urbsim.simulation.model import UrbanisationModel  # noqa: E402
from urbsim.state.outcomes import CODES, LEVERS  # noqa: E402

KEY = "employment.tourism_posts"


def run(levers: Levers) -> tuple[str, reached.Table, dict[str, int]]:
    """Two months: fingerprint, who was reached, units by lever."""
    world = build_world(load_scenario("no_plan").model_copy(update={"levers": levers}), 0.002, threads=1)
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(2)
    units: dict[str, int] = {}
    for each in world.deliveries:
        if each.part == "additional":
            units[each.lever] = units.get(each.lever, 0) + int(each.units.sum())
    table = reached.table(world)
    model.release()
    return fingerprint(model.observer.fingerprint_lines()), table, units


def main() -> None:
    """Runs with the new lever beside the one whose stock it fills, and without both."""
    months = {"from": "2020-11", "to": "2020-12"}
    tourism, services = (Dose.model_validate({"total": total, **months}) for total in (20_000.0, 30_000.0))
    both = Levers(employment=EmploymentLevers(services_posts=services, tourism_posts=tourism))  # type: ignore[call-arg]
    none, (with_both, table, units) = run(Levers()), run(both)
    properties = generated.json_schema(Scenario)["$defs"]["EmploymentLevers"]["properties"]
    found = {
        "names": [setting_name(f"levers.{KEY}", "en"), measure_name(KEY, "zh")],
        "explained": explain_text(KEY),
        "meaning": properties["tourism_posts"]["description"],
        "out of step": sorted(
            path.name for path, text in generated.generated().items() if path.read_text() != text
        ),
        "codes": list(LEVERS),
        "units": units,
        "reached": {name: int((table.lever == CODES[name]).sum()) for name in units},
        "fingerprints": [none[0], with_both],
        "digest": reached.digest(none[1].person[:0], none[1]),
    }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
