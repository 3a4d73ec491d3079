"""The same simplified year in four ways of writing an agent-based model: `python -m bench.simple_work`.

Invented hazards, for cost alone. A person has age, sex, schooling, origin, place, status and the month of the last
change. Each of 12 months, from the state at its beginning: a birthday in months, death by age, births to women of 20
to 39; who is at home leaves at 16 to 59 by schooling for one of 112 places; who seeks finds a job with probability
vacancies over seekers of the place; jobs are lost; migrants return. Newborns begin to live in the month after.
"""
