"""The page's figures: findings to charts, with what is said about each in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from urbsim.facts import gazetteer
from urbsim.report import accounts, difference_tables, tables, typeface, wording
from urbsim.report.because import URBAN_FIELDS
from urbsim.report.charts import ages, because, circles, components, flows, panels, path, style
from urbsim.report.findings import Findings, Group
from urbsim.report.tables import Table
from urbsim.report.texts import indicator_name, say

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """name: of its files; title: above it; lead: sentences before it; inline: SVG element; note: below it."""

    name: str
    title: str
    lead: list[str]
    inline: str
    svg: bytes
    png: bytes
    note: list[str]
    table: Table | None = None


def _figure(
    name: str, lang: str, drawing: Drawing, alt: str, *, title: str = "", lead: list[str] | None = None,
    note: list[str] | None = None, table: Table | None = None,
) -> Figure:  # fmt: skip
    inline = style.inline_svg(drawing, f"{name}-{lang}", alt)
    return Figure(name, title, lead or [], inline, style.svg(drawing), style.png(drawing), note or [], table)


_FIRST_OFFICIAL = 2016  # year from which the official path is drawn beside a forecast


def share_path(findings: Findings, lang: str) -> Figure:
    """The urban share over time."""
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
        path.Line(typeface.drawable(findings.label(group, lang)), group.share, group.band)
        for group in findings.groups
    ]
    observed, seen, goal, note = [], None, None, ["path_note_place"]
    if findings.is_province:
        goal, note = _goal(findings), ["path_note"]
        observed, seen = accounts.observed_shares(min(months[0].year, _FIRST_OFFICIAL))
        if months[-1].year < accounts.LAST_OBSERVED:  # the decade replayed: nothing later is drawn
            seen, note = None, ["path_note_past"]
    if any(group.band for group in findings.groups):
        note.append("path_band")
    with style.drawing(f"path-{lang}"):
        drawing = path.draw(months, lines, lang, observed, seen, goal)
        alt = say("path_alt", lang, place=findings.place.name[lang], leads=" ".join(leads))
        return _figure(
            "path", lang, drawing, alt, lead=leads, note=[say(key, lang) for key in note],
            table=tables.path(findings, lang),
        )  # fmt: skip


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
    labels = [typeface.drawable(findings.label(group, lang)) for group in findings.groups]
    with style.drawing(f"components-{lang}"):
        drawing = components.draw(labels, [group.change for group in findings.groups], lang)
        alt = say("components_alt", lang, place=findings.place.name[lang], leads=" ".join(leads))
        key = "components_note" if worst == 0 else "components_open"
        note = [say(key, lang, residual=worst), *filter(None, subtractions)]
        return _figure(
            "components", lang, drawing, alt, lead=leads, note=note, table=tables.components(findings, lang)
        )


def _without_reclassified(findings: Findings, group: Group, lang: str) -> str:
    """What the share would be without the people in places that turned urban; empty where none did."""
    turned = group.change.components["reclassified"]
    residents = float(group.run.values("resident_population", findings.place.code)[-1])
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
        own = next((t for t in group.run.summary["targets"] if t["id"] == target["id"]), target)
        if own["value"] is None:  # a run of an earlier version lacks what later ones count
            continue
        ends = accounts.year_ends(group.run.months)
        years = [
            wording.about_people(
                accounts.year_sum(group.run, accounts.JOBS[0][0], target["place"], end), lang
            )
            for end in ends
        ]
        leads.append(
            say(
                "jobs_lead", lang, name=findings.label(group, lang), value=wording.about_people(own["value"], lang),
                first=target["from"][:4], last=target["to"][:4], each=(", " if lang == "en" else "、").join(years),
                **{
                    said: wording.about_people(accounts.over_months(group.run, target, indicator), lang)
                    for said, indicator in (
                        ("entries", "urban_entries"), ("counted", "counted_entries"),
                        ("attrition", "registered_attrition"),
                    )
                },
            )
        )  # fmt: skip
    believed = accounts.coverage(findings.run)
    if believed:
        shares = {end: wording.percent(believed[end]) for end in ("used", "low", "high")}
        note = [say("jobs_note", lang, **shares)]
    return _panels("jobs", accounts.JOBS, findings, lang, leads, note, title="")


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
                np.array([accounts.year_sum(g.run, indicator, place, end) for end in ends]) / unit
                for g in findings.groups
            ]
        else:
            first = 1 if how == "month" else 0  # nothing flows on the base night
            dates = run.months[first:]
            series = [g.run.values(indicator, place)[first:] / unit for g in findings.groups]
        if any(np.isfinite(values).any() for values in series):
            heading = tables.named_in_unit(indicator, lang, thousands=True)
            found.append(panels.Panel(heading, dates, series, bars=how == "year", percent=percent))
    if not found:
        return []
    labels = [typeface.drawable(findings.label(group, lang)) for group in findings.groups]
    names = (", " if lang == "en" else "、").join(indicator_name(indicator, lang) for indicator, _ in shown)
    with style.drawing(f"{name}-{lang}"):
        alt = say("panel_alt", lang, names=names, leads=" ".join(leads))
        return [_figure(name, lang, panels.draw(found, labels), alt, title=title, lead=leads, note=note)]


def who_moved(findings: Findings, lang: str) -> list[Figure]:
    """Who is an urban resident at the end because of a scenario; empty where no pair of runs can say."""
    labels, counts, leads = [], [], []
    for group in findings.groups[1:]:
        if group.because is None:
            continue
        means = dict(zip(URBAN_FIELDS, group.because.urban.mean(axis=0).tolist(), strict=True))
        labels.append(typeface.drawable(findings.label(group, lang)))
        counts.append(means)
        if group in findings.spoken:
            gained = means["reached_gained"] + means["others_gained"]
            lost = means["reached_lost"] + means["others_lost"]
            amounts = {
                "gained": gained,
                "mine": means["reached_gained"],
                "lost": lost,
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
            _figure(
                "because", lang, because.draw(labels, counts, lang),
                say("because_alt", lang, title=title, leads=" ".join(leads)),
                title=title, lead=leads, note=[say("because_chart_note", lang)],
                table=difference_tables.because_urban(findings, lang),
            )
        ]  # fmt: skip


def county_maps(findings: Findings, lang: str) -> list[Figure]:
    """The compared scenario's share and its change; then the difference of the others from it."""
    first = findings.groups[0]
    when = wording.end_of(findings.run.months[-1], lang)
    label = findings.label(first, lang)
    baseline = findings.title(findings.comparison.baseline, lang)
    start, end = first.shares.T
    maps = [
        _map("counties_share", lang, say("map_share", lang, when=when, name=label), end,
        circles.share_classes()),
        _map(
            "counties_change", lang, say("map_change", lang, name=label), end - start,
            circles.change_classes(end - start),
        ),
    ]  # fmt: skip
    for group in findings.spoken[1:]:
        values = group.shares[:, 1] - end
        title = say("map_difference", lang, when=when, name=findings.label(group, lang), baseline=baseline)
        classes = circles.difference_classes(values)
        maps.append(_map(f"counties_difference_{_file_name(group.name)}", lang, title, values, classes))
    return maps


def _file_name(scenario: str) -> str:
    """A scenario's name as part of a file name: swept scenarios hold signs that file systems refuse."""
    return "".join(c if c.isalnum() or c in "_-.=@" else "_" for c in scenario)


def _map(name: str, lang: str, title: str, values: Array, classes: circles.Classes) -> Figure:
    counties = gazetteer.counties()

    def spoken(i: int) -> str:
        value = float(values[i])
        text = wording.signed(wording.points(value, 2)) if classes.signed else wording.percent(value)
        return f"{counties[i].name[lang]} {text}"

    order = np.argsort(values, kind="stable")
    comma = ", " if lang == "en" else "、"
    highest, lowest = comma.join(spoken(i) for i in order[:-4:-1]), comma.join(spoken(i) for i in order[:3])
    with style.drawing(f"{name}-{lang}"):
        drawing = circles.draw(values, classes, lang)
        alt = say("map_alt", lang, title=title, highest=highest, lowest=lowest)
        lead = say("map_extremes", lang, highest=highest, lowest=lowest)
        return _figure(name, lang, drawing, alt, title=title, lead=[lead])


def move_flows(findings: Findings, lang: str) -> list[Figure]:
    """Ribbons and heat map of the compared scenario; empty when nobody moved."""
    first = findings.groups[0]
    kinds, pairs = first.moves.kinds, first.moves.pairs
    if not kinds.any():
        return []
    label = findings.label(first, lang)
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
        ribbons = _figure(
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
        heat = _figure(
            "moves_prefectures", lang, flows.heat(pairs, lang), say("pairs_alt", lang, title=title,
            largest=largest),
            title=title, note=[say("pairs_note", lang)],
        )  # fmt: skip
    return [ribbons, heat]


def mover_ages(findings: Findings, lang: str) -> Figure | None:
    """Age profile of moves from villages to towns; None when there are none."""
    groups = findings.spoken
    every = groups[0].moves.ages
    if not every or not groups[0].moves.to_urban.sum():
        return None
    profiles = []
    for group in groups:
        found = dict(zip(group.moves.ages, group.moves.to_urban, strict=True))
        profiles.append(np.array([found.get(age, np.zeros(2)) for age in every]))
    leads = [
        _age_lead(findings.label(group, lang), every, profile, lang)
        for group, profile in zip(groups, profiles, strict=True)
        if profile.sum()
    ]
    labels = [typeface.drawable(findings.label(group, lang)) for group in groups]
    with style.drawing(f"movers_age-{lang}"):
        return _figure(
            "movers_age", lang, ages.draw(labels, every, profiles, lang),
            say("ages_alt", lang, leads=" ".join(leads)),
            title=say("ages_title", lang), lead=leads, table=tables.ages(findings, lang),
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
