"""What the synthesis of the base population has to meet: the census tables, as arrays.

Rows are the 111 counties sorted by their 2021 code; sexes are male, female; ages are the census's 19 groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from urbsim.facts.synthesis_inputs import facts_dir

AGE_GROUPS = ("0", "1_4", *(f"{a}_{a + 4}" for a in range(5, 85, 5)), "85_plus")
AGE_STARTS = np.array([0, 1, *range(5, 90, 5)])
SEXES = ("male", "female")
SCHOOLING = ("none", "primary", "junior", "senior", "college", "bachelor_plus")
N_AGES = 19
N_SINGLE_AGES = 110 + 1  # 0 to 110


@dataclass(frozen=True)
class Controls:
    """Census tables of one night; counts are persons or households, C = 111 counties.

    residents: (C, 2, 19) by sex and age; part_total: (C, 2) rural, urban; class_total: (C, 4) registered
    here, in another township of the county, in another county, in another province; households,
    household_population, one_person, generations (C, 5: one, two, three, four or more; households with a
    member of 65 or over last); schooling: (C, 2, 6) residents of three and over; registered: (C,) of the registers
    nearest in time; married: (4, 2, 111) share married by kind
    of place (rural, town, city, all), sex and single year of age; marital_targets: the same by group (4, 2,
    11), from 15-19 to 65+; rural_codes: (C,) rural-coded communities; lat, lon: (C,) seats.
    """

    adcode: np.ndarray
    name: np.ndarray
    prefecture: np.ndarray
    is_district: np.ndarray
    residents: np.ndarray
    part_total: np.ndarray
    class_total: np.ndarray
    households: np.ndarray
    household_population: np.ndarray
    one_person: np.ndarray
    generations: np.ndarray
    with_elder: np.ndarray
    schooling: np.ndarray
    registered: np.ndarray
    married: np.ndarray
    marital_targets: np.ndarray
    rural_codes: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    delta_lat: float
    delta_lon: float

    @property
    def total(self) -> np.ndarray:
        """Residents of each county, (C,)."""
        return self.residents.sum(axis=(1, 2))

    @property
    def away(self) -> np.ndarray:
        """Registered in each county and resident elsewhere, by identity, (C,)."""
        return self.registered - self.class_total[:, :2].sum(axis=1)


def read_controls(folder: Path | None = None) -> Controls:
    """The census of 2020 from the observations. Raises ValueError where the tables contradict each other."""
    folder = folder or facts_dir()
    counties = pd.read_csv(folder / "counties.csv").sort_values("adcode").reset_index(drop=True)
    profile = (
        pd.read_csv(folder / "county_census2020_profile.csv").set_index("adcode").loc[counties["adcode"]]
    )

    residents = np.stack(
        [profile[[f"{s}_{a}" for a in AGE_GROUPS]].to_numpy(np.int64) for s in SEXES], axis=1
    )
    total = counties["population_2020"].to_numpy(np.int64)
    part_total = counties[["rural_population_2020", "urban_population_2020"]].to_numpy(np.int64)
    elsewhere = counties[
        [
            "reg_elsewhere_same_county_2020",
            "reg_other_county_same_province_2020",
            "reg_other_province_2020",
        ]
    ].to_numpy(np.int64)
    class_total = np.column_stack([total - elsewhere.sum(axis=1), elsewhere])
    if not (
        np.array_equal(residents.sum(axis=(1, 2)), total) and np.array_equal(part_total.sum(axis=1), total)
    ):
        raise ValueError("counties.csv and county_census2020_profile.csv disagree on residents")

    schooling = np.zeros((len(total), 2, 6), dtype=np.int64)
    for s, sex in enumerate(SEXES):
        schooling[:, s, 0] = profile[f"edu_preschool_{sex}"]
        for level, word in enumerate(SCHOOLING):
            schooling[:, s, level] += profile[f"edu_{word}_{sex}"].to_numpy(np.int64)

    registers = pd.read_csv(folder / "registered_population_2022.csv")
    registers = registers.loc[registers["level"] == "county"]
    code = registers["note"].str.extract(r"adcode (\d{6})")[0].astype(int)
    registered = pd.Series(registers["value"].to_numpy(np.int64), index=code.to_numpy())

    codes = pd.read_csv(folder / "reclassification_codes.csv")
    codes = codes.loc[codes["level"] == "county"]
    rural = pd.Series(
        codes["n_rural_210_220"].to_numpy(np.int64), index=codes["adcode"].astype(int).to_numpy()
    )
    delta = pd.read_csv(folder / "destinations_out_of_province.csv")
    married, marital_targets = _married_shares(folder / "marital_status_by_age.csv")
    controls = Controls(
        adcode=counties["adcode"].to_numpy(np.int64),
        name=counties["name_zh"].to_numpy(),
        prefecture=counties["prefecture_code"].to_numpy(np.int64),
        is_district=(counties["kind"] == "district").to_numpy(),
        residents=residents,
        part_total=part_total,
        class_total=class_total,
        households=counties["households_2020"].to_numpy(np.int64),
        household_population=counties["household_population_2020"].to_numpy(np.int64),
        one_person=profile["hh_one_person"].to_numpy(np.int64),
        generations=profile[
            ["hh_one_generation", "hh_two_generation", "hh_three_generation", "hh_four_plus_generation"]
        ].to_numpy(np.int64),
        with_elder=profile["hh_with_65plus"].to_numpy(np.int64),
        schooling=schooling,
        registered=registered.loc[counties["adcode"]].to_numpy(np.int64),
        married=married,
        marital_targets=marital_targets,
        rural_codes=rural.loc[counties["adcode"]].to_numpy(np.int64),
        lat=counties["seat_lat"].to_numpy(float),
        lon=counties["seat_lon"].to_numpy(float),
        delta_lat=float(delta["lat"].to_numpy(float).mean()),
        delta_lon=float(delta["lon"].to_numpy(float).mean()),
    )
    if (controls.away < 0).any():
        raise ValueError("a county has more residents registered at home than its registers hold")
    return controls


def _married_shares(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Share married by kind of place, sex and age: single years interpolated, and the groups as printed."""
    table = pd.read_csv(file)
    table = table[table["indicator"] == "share_married"]
    groups = [f"{a}-{a + 4}" for a in range(15, 65, 5)] + ["65+"]
    printed = np.zeros((4, 2, 11))
    for k, part in enumerate(("rural", "town", "city", "all")):
        for s, sex in enumerate(SEXES):
            rows = table.loc[(table["part"] == part) & (table["sex"] == sex)]
            by_age = pd.Series(rows["value"].to_numpy(float), index=rows["age"].to_numpy())
            printed[k, s] = by_age.loc[groups].to_numpy()
    # Single years run between the middles of the groups; from 65 the share falls further, about its group's
    # mean.
    middles = np.array([*range(17, 65, 5), 72, 90], dtype=float)
    years = np.arange(N_SINGLE_AGES, dtype=float)
    single = np.zeros((4, 2, N_SINGLE_AGES))
    for k in range(4):
        for s in range(2):
            fall = printed[k, s, 9] - printed[k, s, 10]
            values = np.append(printed[k, s], printed[k, s, 10] - 1.6 * fall)
            single[k, s] = np.clip(np.interp(years, middles, values), 0.0, 1.0)
    single[:, 0, :20] = 0.0
    single[:, 1, :18] = 0.0
    return single, printed
