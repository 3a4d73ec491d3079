"""What stands under the verdicts: which part did most, what it costs; a line each, from figures of the tables below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from urbsim.facts.indicators import PRICED
from urbsim.report import accounts, difference_tables, found_tables, money, sample, sentences, wording
from urbsim.report.findings import Findings
from urbsim.report.folders import Scenario
from urbsim.report.found_answers import Attribution, Sought
from urbsim.report.texts import say


@dataclass(frozen=True)
class Answer:
    """A question a reader has, the answer, and the section that says more (its key)."""

    question: str
    answer: str
    section: str


def answers(
    findings: Findings, shares: Sequence[Attribution], sought: Sequence[Sought], lang: str
) -> list[Answer]:
    """What the lead adds, which of its parts earned most, what it costs, what it would take; what can be said of these.

    shares, sought: of scenarios on the page; those of the lead are used.
    """
    if findings.lead is findings.compared:
        return []
    names = {scenario.name for scenario in findings.lead.scenarios}
    mine = next((each for each in shares if each.scenario in names and each.by == "programme"), None)
    most = (_most_share(findings, mine, lang), "shares") if mine else (_most(findings, lang), "path")
    of_lead = [each for each in sought if each.scenario in names]
    takes = found_tables.seek_answers(of_lead, lang, findings.run.scale)
    found = [
        ("adds", _adds(findings, lang), "path"),
        ("most", *most),
        ("cost", _cost(findings, lang), "money"),
        ("seek", takes, "seek"),
    ]
    return [Answer(say(f"ask_{key}", lang), text, section) for key, text, section in found if text]


def targets_of(findings: Findings) -> list[dict[str, Any]]:
    """The targets that the compared run gives a value of."""
    return [target for target in findings.run.summary["targets"] if target["value"] is not None]


def parts(findings: Findings) -> list[Scenario]:
    """Scenarios that are parts of the lead: each setting that is not the lead's is the comparison's."""
    lead, compared = findings.lead.scenarios[0], findings.comparison.baseline
    found = []
    for group in findings.groups:
        other = group.scenarios[0]
        if group is findings.lead or group is findings.compared:
            continue
        differing = accounts.differing_settings((lead, other, compared))
        if all(mine in (whole, theirs) for whole, mine, theirs in differing.values()):
            found.append(other)
    return found


def said_apart(found: sample.Apart, target: dict[str, Any], residents: float, lang: str) -> str:
    """A difference in a target, aloud: `0.19 points, or 96,000 residents`, with its interval where there is one."""

    def people(value: float) -> str:
        sign = "+" if value > 0 else wording.MINUS if value < 0 else ""
        return sign + wording.about_people(value, lang, wording.two_figures(value))

    if target["indicator"].endswith("_rate"):
        said = [wording.signed(wording.points(v, 2)) for v in (found.middle, found.low, found.high)]
        text = say("apart_points", lang, points=said[0])
    else:
        said = [people(v) for v in (found.middle, found.low, found.high)]
        text = said[0]
    if found.pairs > 1:
        key = "apart_range" if found.is_clear or found.pairs < sample.NOISE_NEEDS else "apart_noise"
        text = say(key, lang, text=text, low=said[1], high=said[2])
    if target["indicator"] == "urbanisation_rate":
        text = say("apart_residents", lang, text=text, people=people(found.middle * residents))
    return text


def place_adds(findings: Findings, lang: str) -> str:
    """What the lead adds to the urban share of the page's place; empty where nothing is compared."""
    if findings.lead is findings.compared:
        return ""
    place, lead = findings.place, findings.lead
    found = findings.apart(lead, lambda run: float(run.values("urbanisation_rate", place.code)[-1]))
    if not found.pairs:
        return ""
    residents = float(lead.values("resident_population", place.code)[-1])
    what = said_apart(found, {"indicator": "urbanisation_rate"}, residents, lang)
    baseline = findings.title(findings.comparison.baseline, lang)
    return _stop(say("place_adds", lang, place=place.name[lang], baseline=baseline, what=what), lang)


def _adds(findings: Findings, lang: str) -> str:
    """What the lead adds to each target."""
    lead, baseline = findings.lead.scenarios[0], findings.comparison.baseline
    said = []
    for target in targets_of(findings):
        found = difference_tables.target_apart(lead, baseline, target)
        if found.pairs:
            what = said_apart(found, target, sentences.residents(findings.run, target), lang)
            said.append(say("adds_to", lang, name=sentences.subject(target, lang), what=what))
    return _stop(say("answer_joined", lang).join(said), lang)


def _most_share(findings: Findings, found: Attribution, lang: str) -> str:
    """Which programme has the largest share of the effect on each target, of its attribution."""
    names = {each.player: each.name.say(lang) for each in found.players}
    said = []
    for target in targets_of(findings):
        name = sentences.subject(target, lang)
        best = found_tables.most(found, target["indicator"])
        if best is None:
            said.append(say("most_none", lang, name=name))
            continue
        player, share, of_effect = best
        if target["indicator"].endswith("_rate"):
            what = say("apart_points", lang, points=wording.signed(wording.rounded(share, 2)))
        else:
            sign = "+" if share > 0 else wording.MINUS
            what = sign + wording.about_people(share, lang, wording.two_figures(share))
        if of_effect is not None:
            what = say("most_part", lang, what=what, part=wording.percent(of_effect, 0))
        title = wording.listed([names.get(player, player)], lang)
        said.append(say("most_is", lang, name=name, title=title, what=what))
    return _stop(say("answer_joined", lang).join(said), lang)


def _most(findings: Findings, lang: str) -> str:
    """Which part of the lead adds most to each target when run alone; empty where no parts were run."""
    baseline, of_lead = findings.comparison.baseline, parts(findings)
    if len(of_lead) < 2:
        return ""
    said = []
    for target in targets_of(findings):
        side = 1 if target["operator"] == ">=" else -1
        found = {part.name: difference_tables.target_apart(part, baseline, target) for part in of_lead}
        best = max(
            (part for part in of_lead if found[part.name].pairs),
            key=lambda part, of=found, s=side: s * of[part.name].middle,
            default=None,
        )
        if best is None:
            continue
        if not found[best.name].is_clear or side * found[best.name].middle <= 0:
            said.append(say("most_none", lang, name=sentences.subject(target, lang)))
            continue
        what = said_apart(found[best.name], target, sentences.residents(findings.run, target), lang)
        title = wording.listed([findings.title(best, lang)], lang)
        said.append(say("most_is", lang, name=sentences.subject(target, lang), title=title, what=what))
    if not said:
        return ""
    text = _stop(say("answer_joined", lang).join(said), lang)
    return text + say("most_alone", lang, n=len(of_lead))


def _cost(findings: Findings, lang: str) -> str:
    """What the lead costs more, and each more resident and job; empty where the runs have no ledger."""
    lead, baseline = findings.lead.scenarios[0], findings.comparison.baseline
    spent = money.more(findings, lead)
    if not spent.pairs:
        return ""
    middle, low, high = (money_aloud(value, lang) for value in (spent.middle, spent.low, spent.high))
    text = say("cost_more" if spent.pairs > 1 else "cost_more_one", lang, yuan=middle, low=low, high=high)
    if spent.low > 0:
        for gain in PRICED:
            of_one = money.of_one(money.price(lead, baseline, gain), lang)
            text += say("answer_joined", lang) + say(f"cost_of_{gain}", lang, price=of_one)
    return _stop(text, lang) + say("cost_note", lang)


def money_aloud(yuan: float, lang: str) -> str:
    """Money to say: `41.2 billion`, 412亿."""
    if lang == "en":
        return wording.rounded(yuan / 1e9, 1)
    return wording.rounded(yuan / 1e8, 0 if wording.is_coarse([yuan]) else 1)


def _stop(text: str, lang: str) -> str:
    """The text as a sentence."""
    return text[:1].upper() + text[1:] + say("answer_stop", lang) if text else ""
