"""What `urbsim trace` does: reads the question, reruns the scenario with a probe, tells what it saw."""

from __future__ import annotations

from urbsim.compute.interruption import ending_in_order, heed, kept_until_heeded
from urbsim.errors import Problem, nearest, quoted
from urbsim.scenario.schema import Scenario
from urbsim.simulation import options
from urbsim.simulation.runner import Progress, RunSpec
from urbsim.trace.life import Life, life_of, person_chosen
from urbsim.trace.who import conditions_in

LANGUAGES = ("en", "zh")
_LARGEST = 2**64 - 1
_PERSON = f"a whole number from 0 to {_LARGEST}"


def question(
    scenario: Scenario | None,
    person: str | None,
    who: str | None,
    scale: str,
    seed: str,
    draw: str,
    language: str,
    problems: list[Problem],
) -> tuple[RunSpec, int | tuple[str, ...]] | None:
    """The run, and the person or the conditions, or None with everything wrong added to `problems`.

    Texts are as on the command line; scenario: None where it is wrong itself.
    """
    share, whole = options.decimal(scale), options.whole
    checks = [
        options.scale_problem(share, scale),
        options.whole_problem("--seed", whole(seed), seed, 0, options.MAX_SEED, options.SEED),
        options.whole_problem("--draw", whole(draw), draw, 0, options.MAX_SEED, options.DRAW),
    ]
    problems += [problem for problem in checks if problem is not None]
    conditions = conditions_in(who, problems)
    if person is not None:
        refused = options.whole_problem("--person", whole(person), person, 0, _LARGEST, _PERSON)
        problems += [refused] if refused else []
        if who is not None:
            message = "chooses a person, and --person names one"
            problems.append(Problem(message, key="--who", allowed="one of the two"))
    if language not in LANGUAGES:
        allowed, near = ", ".join(LANGUAGES), nearest(language, LANGUAGES)
        message = f"{quoted(language)} is refused"
        problems.append(Problem(message, key="--language", allowed=allowed, nearest=near))
    if problems or scenario is None or share is None:
        return None
    spec = RunSpec(scenario, share, int(seed), int(draw), 1)
    return spec, conditions if person is None else int(person)


@ending_in_order()
def traced(spec: RunSpec, asked: int | tuple[str, ...], progress: Progress) -> Life:
    """The life of the person asked for, or of one who meets the conditions. Raises InputError.

    Raises KeyboardInterrupt and Ended; nothing is written.
    """

    def tell(fraction: float, text: str) -> None:
        heed()
        progress(fraction, text)

    with kept_until_heeded():
        person = asked if isinstance(asked, int) else person_chosen(spec, asked, tell)
        return life_of(spec, person, tell)
