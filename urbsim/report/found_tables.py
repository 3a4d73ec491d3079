"""Tables and sentences of what other commands left beside the runs: shares of programmes, doses for a probability."""

from __future__ import annotations

from collections.abc import Sequence

from urbsim.report import wording
from urbsim.report.found_answers import Attribution, Dose, Interaction, Outcome, Sought
from urbsim.report.tables import Table
from urbsim.report.texts import TEXTS, indicator_name, say

YUAN = "fiscal_cost_yuan"
_NAMED_FROM = 0.1
"""Of the whole effect: a pair whose parts change each other by less is not named."""


def shares(found: Attribution, lang: str) -> Table:
    """Each player's share of every outcome with its standard error, and the whole effect below."""
    names = {each.player: each.name.say(lang) for each in found.players}
    head = [say("shares_player", lang)]
    outcomes = _told_apart(found.outcomes)
    for outcome in outcomes:
        head += [
            say("shares_head", lang, name=indicator_name(outcome.indicator, lang), unit=_unit(outcome, lang))
        ]
    rows = []
    grey = set()
    for k, player in enumerate(found.players):
        row = [names[player.player]]
        for column, outcome in enumerate(outcomes, start=1):
            mine = next((share for share in outcome.shares if share.player == player.player), None)
            row.append("" if mine is None else _with_error(mine.share, mine.standard_error, outcome, lang))
            if mine is None or mine.standard_error is None or abs(mine.share) <= 2 * mine.standard_error:
                grey.add((k, column))
        rows.append(row)
    whole = [_with_error(outcome.effect, outcome.standard_error, outcome, lang) for outcome in outcomes]
    rows.append([say("shares_whole", lang), *whole])
    within = "" if found.within is None else found.within
    key = f"shares_by_{found.by}" if f"shares_by_{found.by}" in TEXTS else "shares_by_other"
    return Table(say(key, lang, within=within), head, rows, grey=frozenset(grey))


def _told_apart(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Without an outcome that repeats another: a target, and its indicator over the same months.

    The two may differ in the last digits, for their sums were taken in another order.
    """
    first: dict[tuple[str, str], Outcome] = {}
    for one in outcomes:
        first.setdefault((one.indicator, f"{one.effect:.9g}"), one)
    return list(first.values())


def shares_notes(found: Attribution, lang: str) -> list[str]:
    """How to read the shares, and which players cover for each other or need each other."""
    names = {each.player: each.name.say(lang) for each in found.players}
    scale = wording.threshold_percent(found.scale)
    numbers = {"n": len(found.draws), "seeds": len(found.seeds), "runs": f"{found.runs:,}", "scale": scale}
    notes = [say("shares_note", lang, **numbers)]
    for outcome in _told_apart(found.outcomes):
        for one in outcome.interactions:
            key = {"cover for each other": "shares_cover", "need each other": "shares_need"}.get(
                one.reads or ""
            )
            large = abs(one.interaction) >= _NAMED_FROM * abs(outcome.effect)
            if key and large and outcome.indicator != YUAN:
                notes.append(_interaction(key, one, outcome, names, lang))
    return notes


def _interaction(key: str, one: Interaction, outcome: Outcome, names: dict[str, str], lang: str) -> str:
    pair = wording.listed([names.get(player, player) for player in one.players], lang)
    return say(
        key,
        lang,
        pair=pair,
        name=indicator_name(outcome.indicator, lang),
        value=_with_error(one.interaction, one.standard_error, outcome, lang),
        unit=_unit(outcome, lang),
    )


def most(found: Attribution, indicator: str) -> tuple[str, float, float | None] | None:
    """The player with the largest share of an outcome, its share and its part of the effect; None without such one."""
    outcome = next((each for each in found.outcomes if each.indicator == indicator), None)
    if outcome is None or not outcome.shares:
        return None
    sign = 1 if outcome.effect >= 0 else -1
    best = max(outcome.shares, key=lambda share: sign * share.share)
    sure = best.standard_error is not None and abs(best.share) > 2 * best.standard_error
    return (best.player, best.share, best.of_effect) if sure else None


def _unit(outcome: Outcome, lang: str) -> str:
    if outcome.unit == "percentage points":
        return say("unit_points", lang)
    if outcome.indicator == YUAN:
        return say("unit_much_money", lang)
    return say("unit_counted", lang)


def _with_error(value: float, error: float | None, outcome: Outcome, lang: str) -> str:
    """A share in the unit of its column, with its standard error where one is known."""

    def told(amount: float) -> str:
        if outcome.unit == "percentage points":
            return wording.rounded(amount, 3)
        if outcome.indicator == YUAN:
            return wording.money(amount, lang, wording.is_coarse([outcome.effect]))
        return wording.rounded(amount / wording.chart_unit(lang), 1 if lang == "en" else 2)

    text = wording.signed(told(value))
    return text if error is None else say("plus_minus", lang, value=text, error=told(error))


def doses(found: Sought, lang: str) -> Table:
    """A row for each player, goal and probability: the dose, what it costs, or that there is none."""
    costs = [answer.yuan_of_the_dose for entry in found.doses for answer in entry.answers]
    coarse = wording.is_coarse(cost.median for cost in costs if cost is not None)
    names = {each.player: each.name.say(lang) for each in found.players}
    head = [
        say(f"seek_{key}", lang)
        for key in ("player", "goal", "probability", "multiple", "there", "yuan", "reads")
    ]
    rows = [
        [
            names.get(entry.player, entry.player), goal_name(found, entry.goal, lang),
            wording.threshold_percent(answer.probability), _multiple(answer, lang), _chance(answer, lang),
            _money(answer, lang, coarse), _reads(answer.reads, lang),
        ]
        for entry in found.doses
        for answer in entry.answers
    ]  # fmt: skip
    return Table(say("seek_doses", lang), head, rows, frozenset({0, 1, 6}))


def mixes(found: Sought, lang: str) -> Table | None:
    """The cheapest mix for each goal and probability; None where none was sought."""
    if not found.mixes:
        return None
    names = {each.player: each.name.say(lang) for each in found.players}
    head = [say(f"seek_{key}", lang) for key in ("goal", "probability", "mix", "there", "yuan_all", "reads")]
    rows, coarse = [], wording.is_coarse(mix.yuan.median for mix in found.mixes if mix.yuan is not None)
    for mix in found.mixes:
        parts = [
            say("seek_part", lang, name=names.get(player, player), multiple=_times(multiple))
            for player, multiple in mix.multiples.items()
            if multiple
        ] or [say("seek_none_of_them", lang)]
        yuan = "" if mix.yuan is None else wording.money(mix.yuan.median, lang, coarse)
        rows.append(
            [
                goal_name(found, mix.goal, lang), wording.threshold_percent(mix.probability),
                ("; " if lang == "en" else "；").join(parts), wording.percent(mix.probability_there, 0), yuan,
                _reads(mix.reads, lang),
            ]
        )  # fmt: skip
    return Table(say("seek_mixes", lang), head, rows, frozenset({0, 2, 5}))


def seek_answers(found: Sequence[Sought], lang: str, scale: float | None = None) -> str:
    """For the top of the page: the dose of everything together for each goal, or that it cannot be.

    scale: of the runs on the page; where those of an answer had another one, that is said.
    """
    comma, between = (", ", ", ") if lang == "en" else ("，", "、")
    said: list[str] = []
    scales: dict[float, None] = {}
    for each in found:
        if len(each.players) > 1:
            continue
        scales[each.scale] = None
        for entry in each.doses:
            goal = goal_name(each, entry.goal, lang)
            free = [answer for answer in entry.answers if answer.multiple == 0]
            likely = max((answer.probability_there or answer.probability for answer in free), default=None)
            chances = []
            if likely is not None:
                chances.append(say("seek_said_free", lang, there=wording.percent(likely, 0)))
            for answer in entry.answers:
                if answer.multiple == 0 or answer.probability <= (likely or 0.0):
                    continue  # what is met anyway with a higher probability need not be said twice
                chance, reads = wording.threshold_percent(answer.probability), _reads(answer.reads, lang)
                if answer.multiple is None:
                    chances.append(say("seek_said_none", lang, chance=chance, reads=reads))
                else:
                    times = _times(answer.multiple)
                    chances.append(say("seek_said_dose", lang, chance=chance, multiple=times))
            if chances:
                said.append(say("seek_said", lang, goal=goal, chances=comma.join(chances)))
    text = say("answer_joined", lang).join(said)
    if not text:
        return ""
    text = text[:1].upper() + text[1:] + say("answer_stop", lang)
    other = [wording.threshold_percent(each) for each in scales if scale is not None and each != scale]
    return text + (say("seek_said_apart", lang, scale=between.join(other)) if other else "")


def goal_name(found: Sought, goal: str, lang: str) -> str:
    """What a goal asks for, with its number; the strict reading says so, and so does the one with a tolerance."""
    one = next((each for each in found.goals if each.goal == goal), None)
    if one is None:
        return goal
    strict = next((each for each in found.goals if each.indicator == one.indicator and each.strict), None)
    asked = (strict or one).level
    if one.indicator.endswith("_rate"):
        title = say("name_urban_short", lang, threshold=wording.threshold_percent(asked))
    else:
        name = indicator_name(one.indicator, lang)
        name = name[0].lower() + name[1:] if lang == "en" else name
        title = say("name_short", lang, threshold=wording.about_people(asked, lang, 1), name=name)
    if one.strict:
        return say("seek_strict", lang, title=title)
    return title if strict is None else say("seek_about", lang, title=title)


def _multiple(answer: Dose, lang: str) -> str:
    return say("unset", lang) if answer.multiple is None else _times(answer.multiple)


def _times(multiple: float) -> str:
    """A multiple of the plan to two figures: so many runs tell no more."""
    return f"{float(wording.two_significant(multiple)):g}"


def _chance(answer: Dose, lang: str) -> str:
    if answer.probability_there is None:
        return say("unset", lang)
    text = wording.percent(answer.probability_there, 0)
    return text if answer.multiple is not None else say("seek_at_most", lang, value=text)


def _money(answer: Dose, lang: str, coarse: bool) -> str:
    return (
        say("unset", lang)
        if answer.yuan_of_the_dose is None
        else wording.money(answer.yuan_of_the_dose.median, lang, coarse)
    )


def _reads(words: str, lang: str) -> str:
    """What a dose comes to, in a language; in its own words where another version wrote it."""
    key = "seek_reads_" + words.replace(" ", "_").replace(",", "")
    return TEXTS[key][lang] if key in TEXTS else words
