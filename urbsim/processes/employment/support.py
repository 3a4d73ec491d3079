"""What reaches seekers beside posts: news of vacancies in the village, insurance of migrant workers (ODD L9, L10)."""

from __future__ import annotations

import numpy as np

from urbsim.facts.parameters import Parameters
from urbsim.processes.employment.equations import LabourMarket, chance_of_finding


def gain_by_news(labour: LabourMarket, parameters: Parameters) -> np.ndarray:
    """(111,) rise of ln expected income in a town for those who hear of its vacancies at home (ODD equation L9).

    They find a post with a monthly chance that is `news_of_vacancies` higher, at the town's present chances.
    """
    b = parameters["informal_income"]
    chances = (labour.finding, labour.finding * (1.0 + parameters["news_of_vacancies"]))
    without, told = (chance_of_finding(chance, parameters) for chance in chances)
    return np.log((told + (1 - told) * b) / (without + (1 - without) * b))[labour.market]


def gain_by_insurance(labour: LabourMarket, parameters: Parameters, insured: np.ndarray) -> np.ndarray:
    """(111,) rise of ln expected income in a town where more migrant workers are insured (ODD equation L10).

    insured: (111,) share of migrants whom levers insured; without a post they have `benefit_of_insured` more.
    """
    b = parameters["informal_income"]
    p = chance_of_finding(labour.finding, parameters)[labour.market]
    return np.log1p((1 - p) * insured * parameters["benefit_of_insured"] / (p + (1 - p) * b))
