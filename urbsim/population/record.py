"""What a run record says of the population it used."""

from __future__ import annotations

from urbsim.population import totals, urban_homes
from urbsim.population.cache import open_population, table_sha256


def population_record(base: str) -> dict[str, str]:
    """sha256 of every array of the base that a run reads from the cache, and of every table counted in it, by name."""
    tables = {"totals": totals.TABLE, "urban_homes": urban_homes.TABLE}
    counted = {name: table_sha256(base, table) for name, table in tables.items()}
    return {**open_population(base).sha256, **{name: digest for name, digest in counted.items() if digest}}
