"""The page's figures: findings to charts, with what is said about each in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from urbsim.facts import gazetteer
from urbsim.report import (
    accounts,
    csv_files,
    difference_tables,
    places,
    sample,
    sentences,
    tables,
    typeface,
    wording,
)
from urbsim.report.because import URBAN_FIELDS
from urbsim.report.charts import (
    ages,
    because,
    circles,
    components,
    flows,
    panels,
    path,
    schooling,
    style,
    yearly,
)
from urbsim.report.charts import differences as differences_chart
from urbsim.report.findings import Findings, Group
from urbsim.report.tables import Table
from urbsim.report.texts import indicator_name, say

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """name: of its files; title: above it; lead: sentences before it; inline: SVG element; note: below it; narrow:
    another SVG element for a phone, where the first would be too small to read."""

    name: str
    title: str
    lead: list[str]
    inline: str
    svg: bytes
    png: bytes
    note: list[str]
    table: Table | None = None
    narrow: str = ""


def figure_of(
    name: str, lang: str, drawing: Drawing, alt: str, *, title: str = "", lead: list[str] | None = None,
    note: list[str] | None = None, table: Table | None = None,
) -> Figure:  # fmt: skip
    """A drawing as everything that the page and the folder beside it need of it."""
    svg, png, inline = style.drawn(drawing, f"{name}-{lang}", alt)
    return Figure(name, title, lead or [], inline, svg, png, note or [], table)


_FIRST_OFFICIAL = 2016  # year from which the official path is drawn beside a forecast


def share_path(findings: Findings, lang: str) -> Figure:
    """The urban share over time: the fan of the lead, the median of the others spoken of."""
    run = findings.run
    months = run.months
    leads = [
        say(
            "path_lead", lang, name=findings.label(group, lang), first=wording.percent(float(group.share[0])),
            last=wording.percent(float(group.share[-1])), end=wording.end_of(months[-1], lang),
        )
        for group in findings.spoken
    ]  # fmt: skip
    lines = [
        path.Line(typeface.drawable(findings.label(group, lang)), group.share, group.band, group.half)
        for group in findings.spoken
    ]
    observed, seen, goal, note = [], None, None, ["path_note_place"]
    if findings.is_province:
        goal, note = _goal(findings), ["path_note"]
        observed, seen = accounts.observed_shares(min(months[0].year, _FIRST_OFFICIAL))
        if months[-1].year < accounts.LAST_OBSERVED:  # the decade replayed: nothing later is drawn
            seen, note = None, ["path_note_past"]
    if findings.lead.band:
        note.append("path_band" if findings.lead.half else "path_band_few")
    with style.drawing(f"path-{lang}"):
        drawing = path.draw(months, lines, lang, observed, seen, goal)
        alt = say("path_alt", lang, place=findings.place.name[lang], leads=" ".join(leads))
        return figure_of(
            "path", lang, drawing, alt, title=say("path_title", lang),
            note=[say(key, lang, name=findings.label(findings.lead, lang)) for key in note],
            table=tables.path(findings, lang),
        )  # fmt: skip


def differences(findings: Findings, indicator: str, lang: str) -> list[Figure]:
    """What each scenario adds to the comparison in the target on an indicator; empty where nothing is compared."""
    baseline = findings.comparison.baseline
    target = next((t for t in findings.run.summary["targets"] if t["indicator"] == indicator), None)
    others = [group for group in findings.ordered if group is not findings.compared]
    if target is None or target["value"] is None or not others or not findings.is_province:
        return []
    rows, share = [], target["indicator"].endswith("_rate")
    for group in others:
        found = difference_tables.target_apart(group.scenarios[0], baseline, target)
        if found.pairs:
            unit = 0.01 if share else wording.chart_unit(lang)
            number = difference_tables.in_unit(found.middle, target, lang, points=2)
            label = typeface.drawable(findings.label(group, lang))
            middle, low, high = (value / unit for value in (found.middle, found.low, found.high))
            rows.append(
                differences_chart.Row(label, middle, low, high, found.is_clear, wording.signed(number))
            )
    if not rows:
        return []
    pairs = difference_tables.pairs_behind(findings)
    key = "differences_note" if pairs >= sample.NOISE_NEEDS else "differences_few"
    name = f"differences_{target['id'].lower()}"
    unit = difference_tables.difference_unit(target, lang)
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    title = say(
        "differences_title", lang, name=indicator_name(indicator, lang), when=when,
        baseline=findings.title(baseline, lang), unit=unit,
    )  # fmt: skip
    said = "; ".join(f"{row.label} {row.text}" for row in rows)
    with style.drawing(f"{name}-{lang}"):
        drawing = differences_chart.draw(rows, unit, lang)
        note = [say(key, lang, n=pairs, interval=difference_tables.interval_name(pairs, lang))]
        alt = say("differences_alt", lang, title=title, said=said)
        return [figure_of(name, lang, drawing, alt, title=title, note=note)]


def _has_years(findings: Findings) -> bool:
    """Whether new urban jobs have a chart of their own, of years."""
    whole = bool(accounts.year_ends(findings.run.months))
    return whole and findings.is_province and accounts.jobs_target(findings.run) is not None


def jobs_by_year(findings: Findings, lang: str) -> list[Figure]:
    """New urban jobs by year beside the reported years; empty where the runs hold none or no whole year."""
    target = accounts.jobs_target(findings.run)
    ends = accounts.year_ends(findings.run.months)
    if target is None or not _has_years(findings):
        return []
    unit, years = wording.chart_unit(lang), [findings.run.months[end].year for end in ends]
    series = []
    for group in findings.spoken:
        values = np.array(
            [
                [accounts.year_sum(run, sentences.JOBS, target["place"], end) for end in ends]
                for run in group.runs
            ]
        )
        low, high = sample.edges(values / unit)
        middle = np.median(values, axis=0) / unit
        series.append(yearly.Series(typeface.drawable(findings.label(group, lang)), middle, low, high))
    first, last = int(target["from"][:4]), int(target["to"][:4])
    goal = target["threshold"] / (last - first + 1) / unit if target["operator"] == ">=" else None
    observed = [(year, value / unit) for year, value in accounts.observed_jobs()]
    title = say("yearly_title", lang, unit=say("unit_counted", lang))
    with style.drawing(f"jobs_years-{lang}"):
        drawing = yearly.draw(years, series, observed, goal, lang)
        alt = say("yearly_alt", lang, title=title)
        return [
            figure_of("jobs_years", lang, drawing, alt, title=title, note=[say("yearly_note", lang)])
        ]  # fmt: skip


def _goal(findings: Findings) -> path.Goal | None:
    """The target on the urban share of the province that the compared run was judged by."""
    for target in findings.run.summary["targets"]:
        if target["indicator"] == "urbanisation_rate" and target["place"] == gazetteer.PROVINCE:
            month = next((m for m in findings.run.months if f"{m:%Y-%m}" == target["to"]), None)
            if month and target["operator"] == ">=" and target["aggregate"] == "last":
                return path.Goal(target["threshold"], target["threshold"] - target["tolerance"], month)
    return None


def urban_change(findings: Findings, lang: str) -> Figure:
    """Components of the change of urban residents."""
    months = len(findings.run.months) - 1
    leads, subtractions = [], []
    for group in findings.spoken:
        change, name = group.change, findings.label(group, lang)
        biggest = max(change.components, key=lambda part, c=change: abs(c.components[part]))
        amount = change.components[biggest]
        step = wording.two_figures(change.total)
        sign = "+" if amount > 0 else wording.MINUS if amount < 0 else ""
        part = say(biggest, lang)
        part = part[0].lower() + part[1:] if lang == "en" else part
        leads.append(
            say(
                "components_lead", lang, name=name, months=months, biggest=part,
                direction=say("grow" if change.total >= 0 else "shrink", lang),
                total=wording.about_people(change.total, lang, step),
                amount=sign + wording.about_people(amount, lang, step),
            )
        )  # fmt: skip
        subtractions.append(_without_reclassified(findings, group, lang))
    worst = max((abs(group.change.residual) for group in findings.groups), default=0)
    labels = [typeface.drawable(findings.label(group, lang)) for group in findings.spoken]
    with style.drawing(f"components-{lang}"):
        drawing = components.draw(labels, [group.change for group in findings.spoken], lang)
        alt = say("components_alt", lang, place=findings.place.name[lang], leads=" ".join(leads))
        key = "components_note" if worst == 0 else "components_open"
        note = [say(key, lang, residual=worst), *filter(None, subtractions)]
        if len(findings.lead.runs) > 1:
            note.append(say("medians_note", lang))
        return figure_of(
            "components",
            lang,
            drawing,
            alt,
            title=say("components_title", lang),
            lead=leads,
            note=note,
            table=tables.components(findings, lang),
        )


def _without_reclassified(findings: Findings, group: Group, lang: str) -> str:
    """What the share would be without the people in places that turned urban; empty where none did."""
    turned = group.change.components["reclassified"]
    residents = float(group.values("resident_population", findings.place.code)[-1])
    if not turned:
        return ""
    share = float(group.share[-1])
    return say(
        "components_frozen", lang, name=findings.label(group, lang),
        share=wording.percent(share - turned / residents), with_share=wording.percent(share),
    )  # fmt: skip


def jobs(findings: Findings, lang: str) -> list[Figure]:
    """Work in towns, one line a scenario; empty where the runs hold none of it."""
    leads, note, target = [], [], accounts.jobs_target(findings.run)
    for group in findings.spoken:
        if target is None:
            break
        value = group.middle(lambda run, of=target["id"]: accounts.target_value(run, of))
        if not np.isfinite(value):  # a run of an earlier version lacks what later ones count
            continue
        place = target["place"]
        years = [
            wording.about_people(
                group.middle(lambda run, of=place, at=end: accounts.year_sum(run, sentences.JOBS, of, at)),
                lang,
            )
            for end in accounts.year_ends(group.run.months)
        ]
        parts = {
            "entries": "urban_entries",
            "counted": "counted_entries",
            "attrition": "registered_attrition",
        }
        said = {
            name: group.middle(lambda run, of=indicator, t=target: accounts.over_months(run, t, of))
            for name, indicator in parts.items()
        }
        leads.append(
            say(
                "jobs_lead", lang, name=findings.label(group, lang), value=wording.about_people(value, lang),
                first=target["from"][:4], last=target["to"][:4], each=(", " if lang == "en" else "、").join(years),
                **{name: wording.about_people(people, lang) for name, people in said.items()},
            )
        )  # fmt: skip
    believed = accounts.coverage(findings.run)
    if believed:
        shares = {end: wording.percent(believed[end]) for end in ("used", "low", "high")}
        note = [say("jobs_note", lang, **shares)]
    shown = accounts.JOBS[1:] if _has_years(findings) else accounts.JOBS
    return _panels("jobs", shown, findings, lang, leads, note, title=say("jobs_title", lang))


def services(findings: Findings, lang: str) -> list[Figure]:
    """Schools, public housing, permits and settlement: one chart each of what the runs hold."""
    found = []
    for name, shown in accounts.SERVICES.items():
        found += _panels(name, shown, findings, lang, [], [], title=say(name, lang))
    return found


def _panels(
    name: str, shown: Sequence[tuple[str, str]], findings: Findings, lang: str, leads: list[str], note: list[str],
    title: str,
) -> list[Figure]:  # fmt: skip
    """A chart of small panels; none where no run holds any of its indicators."""
    place, run = findings.place.code, findings.run
    ends = accounts.year_ends(run.months)
    found = []
    for indicator, how in shown:
        percent = accounts.unit_of(indicator) == "share"
        unit = 0.01 if percent else wording.chart_unit(lang)
        if how == "year":
            dates = tuple(run.months[end] for end in ends)
            series = [
                np.array([tables.at(g, indicator, accounts.year_sum, place, end) for end in ends]) / unit
                for g in findings.spoken
            ]
        else:
            first = 1 if how == "month" else 0  # nothing flows on the base night
            dates = run.months[first:]
            series = [g.values(indicator, place)[first:] / unit for g in findings.spoken]
        if any(np.isfinite(values).any() for values in series):
            heading = tables.named_in_unit(indicator, lang, thousands=True)
            found.append(panels.Panel(heading, dates, series, bars=how == "year", percent=percent))
    if not found:
        return []
    labels = [typeface.drawable(findings.label(group, lang)) for group in findings.spoken]
    names = (", " if lang == "en" else "、").join(indicator_name(indicator, lang) for indicator, _ in shown)
    with style.drawing(f"{name}-{lang}"):
        alt = say("panel_alt", lang, names=names, leads=" ".join(leads))
        return [
            figure_of(name, lang, panels.draw(found, labels, lang), alt, title=title, lead=leads, note=note)
        ]


def who_moved(findings: Findings, lang: str) -> list[Figure]:
    """Who is an urban resident at the end because of a scenario; empty where no pair of runs can say."""
    labels, counts, leads = [], [], []
    for group in findings.ordered:
        if group.because is None:
            continue
        urban = group.because.urban
        middle = np.median(urban, axis=0).tolist()
        means: dict[str, float] = dict(zip(URBAN_FIELDS, middle, strict=True))
        gained, lost = urban[:, 1] + urban[:, 2], urban[:, 3] + urban[:, 4]
        means["net"] = float(np.median(gained - lost))
        labels.append(typeface.drawable(findings.label(group, lang)))
        counts.append(means)
        if group in findings.spoken:
            amounts = {
                "gained": float(np.median(gained)),
                "mine": means["reached_gained"],
                "lost": float(np.median(lost)),
                "reached": means["reached"],
            }
            said = {key: wording.about_people(value, lang, 100) for key, value in amounts.items()}
            key = "because_lead" if group.because.levers else "because_lead_none"
            leads.append(say(key, lang, name=findings.label(group, lang), **said))
    if not labels:
        return []
    title = say("because_chart", lang)
    with style.drawing(f"because-{lang}"):
        return [
            figure_of(
                "because", lang, because.draw(labels, counts, lang),
                say("because_alt", lang, title=title, leads=" ".join(leads)),
                title=title, lead=leads, note=[say("because_chart_note", lang)],
                table=difference_tables.because_urban(findings, lang),
            )
        ]  # fmt: skip


def county_maps(findings: Findings, lang: str) -> list[Figure]:
    """The lead's urban share, and what it adds to the comparison: only where that stands above the noise."""
    lead = findings.lead
    when = wording.end_of(findings.run.months[-1], lang)
    label = findings.label(lead, lang)
    maps = [
        _map("counties_share", lang, say("map_share", lang, when=when, name=label), lead.shares[:, 1],
        circles.share_classes()),
    ]  # fmt: skip
    if lead is findings.compared:
        return maps
    found = places.differences(findings, [county.code for county in gazetteer.counties()])
    baseline = findings.title(findings.comparison.baseline, lang)
    title = say("map_difference", lang, when=when, name=label, baseline=baseline)
    values = np.array([each.middle if each.is_clear else np.nan for each in found])
    clear = int(np.isfinite(values).sum())
    if not clear:
        return maps
    name = f"counties_difference_{csv_files.file_name(lead.name)}"
    lead_in = say("map_clear", lang, n=clear, of=len(values))
    return [*maps, _map(name, lang, title, values, circles.sided_classes(values), lead_in)]


def _map(
    name: str, lang: str, title: str, values: Array, classes: circles.Classes, lead_in: str = ""
) -> Figure:
    """A map of the counties that have a value; lead_in: said before the highest and the lowest."""
    counties = gazetteer.counties()

    def spoken(i: int) -> str:
        value = float(values[i])
        text = wording.signed(wording.points(value, 2)) if classes.signed else wording.percent(value)
        return f"{counties[i].name[lang]} {text}"

    order = np.argsort(values, kind="stable")[: int(np.isfinite(values).sum())]
    comma = ", " if lang == "en" else "、"
    highest, lowest = comma.join(spoken(i) for i in order[:-4:-1]), comma.join(spoken(i) for i in order[:3])
    with style.drawing(f"{name}-{lang}"):
        drawing = circles.draw(values, classes, lang)
        alt = say("map_alt", lang, title=title, highest=highest, lowest=lowest)
        leads = [*filter(None, [lead_in]), say("map_extremes", lang, highest=highest, lowest=lowest)]
        found = figure_of(name, lang, drawing, alt, title=title, lead=leads)
    with style.drawing(f"{name}-phone-{lang}"):
        small = style.inline_svg(
            circles.draw(values, classes, lang, narrow=True), f"{name}-phone-{lang}", alt
        )
    return replace(found, narrow=small)


def move_flows(findings: Findings, lang: str) -> list[Figure]:
    """Ribbons and heat map of the lead; empty when nobody moved."""
    lead_moves = findings.moves[findings.lead.name]
    kinds, pairs = lead_moves.kinds, lead_moves.pairs
    if not kinds.any():
        return []
    label = findings.label(findings.lead, lang)
    i, j = np.unravel_index(int(kinds.argmax()), kinds.shape)
    names = [say(kind, lang) for kind in accounts.KINDS]
    names = [
        name[0].lower() + name[1:] if lang == "en" and name != "Pearl River Delta" else name for name in names
    ]
    lead = say(
        "flows_lead", lang, name=label, origin=names[i], destination=names[j],
        amount=wording.about_count(float(kinds[i, j]), lang),
    )  # fmt: skip
    title = say("flows_kinds", lang, name=label)
    with style.drawing(f"moves_kinds-{lang}"):
        ribbons = figure_of(
            "moves_kinds", lang, flows.ribbons(kinds, lang), say("flows_alt", lang, title=title, leads=lead),
            title=title, lead=[lead], note=[say("flows_note", lang)], table=tables.kinds(findings, lang),
        )  # fmt: skip
    title = say("flows_pairs", lang, name=label)
    between = pairs.copy()
    np.fill_diagonal(between, 0.0)
    a, b = np.unravel_index(int(between.argmax()), between.shape)
    names = flows.pair_names(lang)
    largest = f"{names[a]} → {names[b]} {wording.about_count(float(between[a, b]), lang)}"
    with style.drawing(f"moves_prefectures-{lang}"):
        heat = figure_of(
            "moves_prefectures", lang, flows.heat(pairs, lang), say("pairs_alt", lang, title=title,
            largest=largest),
            title=title, note=[say("pairs_note", lang)], table=tables.streams(findings, lang),
        )  # fmt: skip
    return [ribbons, heat]


def mover_ages(findings: Findings, lang: str) -> Figure | None:
    """Age profile of moves from villages to towns in the lead; None when there are none."""
    groups = [findings.lead]
    first = findings.moves[groups[0].name]
    every = first.ages
    if not every or not first.to_urban.sum():
        return None
    profiles = []
    for group in groups:
        moves = findings.moves[group.name]
        found = dict(zip(moves.ages, moves.to_urban, strict=True))
        profiles.append(np.array([found.get(age, np.zeros(2)) for age in every]))
    leads = [
        _age_lead(findings.label(group, lang), every, profile, lang)
        for group, profile in zip(groups, profiles, strict=True)
        if profile.sum()
    ]
    labels = [typeface.drawable(findings.label(group, lang)) for group in groups]
    with style.drawing(f"movers_age-{lang}"):
        return figure_of(
            "movers_age", lang, ages.draw(labels, every, profiles, lang),
            say("ages_alt", lang, leads=" ".join(leads)),
            title=say("ages_title", lang), lead=leads, table=tables.ages(findings, lang),
        )  # fmt: skip


def mover_schooling(findings: Findings, lang: str) -> Figure | None:
    """Schooling of those who move from villages to towns in the lead, and the children among them; None without any."""
    counts = findings.moves[findings.lead.name].schooling
    of_groups = counts.sum(axis=1)
    total, grown = float(of_groups.sum()), float(of_groups[1:].sum())
    if not total or not grown:
        return None
    least, most = accounts.SCHOOLING.index("junior secondary"), accounts.SCHOOLING.index("college")
    lead = say(
        "schooling_lead", lang, name=findings.label(findings.lead, lang),
        children=wording.percent(float(of_groups[0]) / total, 0),
        low=wording.percent(float(of_groups[1 : 2 + least].sum()) / grown, 0),
        high=wording.percent(float(of_groups[1 + most :].sum()) / grown, 0),
    )  # fmt: skip
    with style.drawing(f"movers_schooling-{lang}"):
        drawing = schooling.draw(tables.schooling_groups(lang), counts, lang)
        return figure_of(
            "movers_schooling", lang, drawing, say("schooling_alt", lang, leads=lead),
            title=say("schooling_title", lang), lead=[lead], table=tables.schooling(findings, lang),
        )  # fmt: skip


def _age_lead(name: str, every: tuple[str, ...], profile: Array, lang: str) -> str:
    """The three neighbouring age groups with most moves, their share, and the share of women."""
    counts = profile.sum(axis=1)
    width = min(3, len(counts))
    windows = np.array([counts[i : i + width].sum() for i in range(len(counts) - width + 1)])
    i = int(windows.argmax())
    first, last = every[i].split("-")[0], every[i + width - 1].split("-")[-1]
    return say(
        "ages_lead", lang, name=name, first=first, last=last, share=wording.percent(float(windows[i] /
        counts.sum()), 0),
        women=wording.percent(float(profile[:, 1].sum() / counts.sum()), 0),
    )  # fmt: skip
