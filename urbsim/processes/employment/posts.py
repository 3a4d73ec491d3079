"""Which posts the hired take: sectors and counties of each labour market in one pass (ODD equation L5)."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import njit
from urbsim.compute.sharing import shares_of_stocks


@njit(nogil=True, cache=True)
def take_posts(vacancies, counties, by_schooling, hires):
    """Takes a post for each of the hired; returns their sectors and counties, (n,) int64 each (ODD equation L5).

    Sectors of a market hire in proportion to their vacancies, and counties of the market within each, the largest
    remainders first. Posts stand market by market, in each by the schooling that they ask for, then by county.
    vacancies: (111, sectors) int64, less by the posts taken afterwards; counties: (n_markets, most) of each market, 111
    where there are fewer; by_schooling: (sectors,) in the order in which the best schooled take them; hires:
    (n_markets,) int64, never more than a market has vacancies.
    """
    n_counties, n_sectors = vacancies.shape
    n, most = 0, counties.shape[1]
    for market in range(hires.size):
        n += hires[market]
    sector_of, county_of = np.empty(n, np.int64), np.empty(n, np.int64)
    of_sector, by_sector = np.empty(n_sectors, np.int64), np.empty(n_sectors, np.int64)
    vacant, taken = np.empty(most, np.int64), np.empty(most, np.int64)
    remainder = np.empty(max(most, n_sectors), np.float64)
    found = 0
    for market in range(hires.size):
        if hires[market] == 0:
            continue
        for sector in range(n_sectors):
            of_sector[sector] = 0
            for k in range(most):
                county = counties[market, k]
                of_sector[sector] += vacancies[county, sector] if county < n_counties else 0
        shares_of_stocks(of_sector, hires[market], by_sector, remainder)
        for rank in range(n_sectors):
            sector = by_schooling[rank]
            for k in range(most):
                county = counties[market, k]
                vacant[k] = vacancies[county, sector] if county < n_counties else 0
            shares_of_stocks(vacant, by_sector[sector], taken, remainder)
            for k in range(most):
                for _ in range(taken[k]):
                    sector_of[found], county_of[found] = sector, counties[market, k]
                    found += 1
                if taken[k] > 0:
                    vacancies[counties[market, k], sector] -= taken[k]
    return sector_of, county_of
