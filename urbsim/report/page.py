"""Writes the report: one HTML page that needs nothing else, charts and tables in a folder beside it."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from urbsim.errors import InputError, Problem, nearest
from urbsim.facts import gazetteer
from urbsim.files import leftovers
from urbsim.report import (
    accounts,
    answers,
    colophon,
    csv_files,
    difference_tables,
    figures,
    findings,
    folders,
    found_answers,
    found_tables,
    hinges,
    money,
    origin,
    places,
    plan_in_model,
    sample,
    sentences,
    sliders,
    standing,
    tables,
    typeface,
    unit_prices,
    wording,
)
from urbsim.report.charts import style
from urbsim.report.findings import Findings
from urbsim.report.mixes import Mix
from urbsim.report.texts import LANGUAGES, TEXTS, measure_name, say, setting_name
from urbsim.results import store
from urbsim.simulation.options import out_problem
from urbsim.streams import as_typed

RUNS_SHOWN = 12  # rows of the table of runs on the page; all are in runs.csv
_INTERVAL = re.compile(r"([^()（）]{1,14})([(（][^()（）]{1,24}[)）])")
"""A number and its bracket, no longer than a column bears."""
_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
"""An option of a command."""
DIGEST_SHOWN = 16  # characters of a digest on the page


def write_report(
    given: list[Path],
    out: Path | None,
    baseline: str | None = None,
    lang: str = "both",
    place: str = gazetteer.PROVINCE,
    emulator: Path | None = None,
    answered: Sequence[Path] = (),
    brief: bool = False,
) -> Path:
    """Writes the page and returns its path.

    given: run folders, or folders that hold them; out: the page's path, or a folder for report.html, or
    None for report.html beside the runs; baseline: the scenario others are compared with; lang: zh, en or
    both; place: code of the place whose path, components and indicators are shown; emulator: a file of
    `urbsim explore --train`, besides those that lie beside the runs; answered: folders whose runs are not shown,
    but what other commands left in them: attribute, seek, explore and bench.sensitivity; brief: one printable
    sheet a language instead, and nothing beside it. Charts and tables go to `<page>_files`. Raises InputError
    naming everything wrong with the input or with where the page is to be, before anything has been written;
    OSError, naming the path, when it cannot be written after all.
    """
    problems: list[Problem] = []
    page = _target(given, out, f"brief_{place}.html" if brief and place.isdigit() else "report.html")
    companion = page.with_name(page.stem + "_files")
    problems += _unfit(page, companion)
    found, where = None, None
    if lang not in (*LANGUAGES, "both"):
        options = [*LANGUAGES, "both"]
        problems.append(
            Problem(
                f"there is no language {lang!r}",
                key="--lang",
                allowed=", ".join(options),
                nearest=nearest(lang, options),
            )
        )
    try:
        where = gazetteer.place(place)
    except InputError as error:
        problems += error.problems
    try:
        found = folders.compare(_read_all(given), baseline)
    except InputError as error:
        problems += error.problems
    if problems or found is None or where is None:
        raise InputError(problems)

    counted = findings.find(found, where, with_people=not brief)
    beside = Beside() if brief else _beside([*given, *answered], counted, emulator)
    languages = LANGUAGES if lang == "both" else (lang,)
    with style.origin(origin.origin(counted)):
        drawn = {
            language: _figures_of_a_brief(counted, language)
            if brief
            else _figures(counted, language)
            | {"hinges": [each for one in beside.hinges for each in hinges.figures(one, language)]}
            for language in languages
        }
    files = {}
    if not brief:
        files = csv_files.contents(counted) | {each.name: each.content for each in beside.data.values()}
    for language, sections in drawn.items() if not brief else ():
        for figure in (figure for section in sections.values() for figure in section):
            files[f"{figure.name}_{language}.svg"] = figure.svg
            files[f"{figure.name}_{language}.png"] = figure.png
    articles = [
        _article(counted, language, drawn[language], as_typed(companion.name), beside, given, brief)
        for language in languages
    ]
    html = _render(articles, counted, languages, beside.emulators, BRIEF if brief else PAGE)
    page.parent.mkdir(parents=True, exist_ok=True)
    with store.whole_file(page) as new_page:
        new_page.write_bytes(html.encode("utf-8"))
        store.sync(new_page)  # what fails for want of room fails before anything is replaced
        if files:
            with store.whole_folder(companion) as fresh:
                for name, content in files.items():
                    (fresh / name).write_bytes(content)
    return page


def _read_all(given: list[Path]) -> list[folders.Run]:
    """Every run; problems of all folders together."""
    runs, problems = [], []
    for folder in folders.find(given):
        try:
            runs.append(folders.read(folder))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return runs


def _target(given: list[Path], out: Path | None, name: str = "report.html") -> Path:
    """name: of the page where only its folder is known."""
    if out is not None:
        return out if out.suffix.lower() in (".html", ".htm") else out / name
    homes = [path.resolve() for path in given]
    homes = [path.parent if (path / "summary.json").is_file() else path for path in homes]
    return Path(os.path.commonpath(homes)) / name


def _unfit(page: Path, companion: Path) -> list[Problem]:
    """Why page and companion folder cannot be written where they should; nothing is created to find out."""
    try:
        if page.is_dir():
            return [Problem(f"{str(page)!r} is a folder", key="--out", allowed="a file that ends in .html")]
        if companion.exists() and not companion.is_dir():
            message = f"{str(companion)!r} is a file, where charts and tables are to be"
            return [Problem(message, key="--out", allowed="a page beside which such a folder can be made")]
        for longest in (f".{page.name}.xxxxxxxx.html", f".{companion.name}.xxxxxxxx{leftovers.OLD}"):
            with suppress(FileNotFoundError, NotADirectoryError):  # a name that is too long fails otherwise
                os.lstat(page.with_name(longest))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a name holds no null character"
        return [Problem(f"{str(page)!r} cannot be used: {reason}", key="--out")]
    refused = out_problem(page.parent)
    return [refused] if refused else []


def _figures(counted: Findings, lang: str) -> dict[str, list[figures.Figure]]:
    """Figures by section."""
    flows = figures.move_flows(counted, lang)
    who = figures.mover_ages(counted, lang), figures.mover_schooling(counted, lang)
    return {
        "path": [figures.share_path(counted, lang), *figures.differences(counted, "urbanisation_rate", lang)],
        "jobs": [
            *figures.jobs_by_year(counted, lang),
            *figures.differences(counted, sentences.JOBS, lang),
        ],
        "jobs_more": figures.jobs(counted, lang),
        "components": [figures.urban_change(counted, lang)],
        "map": figures.county_maps(counted, lang),
        "services": figures.services(counted, lang),
        "because": figures.who_moved(counted, lang),
        "ribbons": flows[:1],
        "heat": flows[1:],
        "ages": [each for each in who if each],
    }


def _figures_of_a_brief(counted: Findings, lang: str) -> dict[str, list[figures.Figure]]:
    return {"path": [figures.share_path(counted, lang)], "components": [figures.urban_change(counted, lang)]}


SECTIONS = (
    "verdict", "path", "jobs", "components", "map", "services", "money", "because", "shares", "seek", "hinges",
    "sliders", "table", "trust",
)  # fmt: skip
"""Sections of the page in their order; money, shares, seek, hinges and sliders stand only where there is something to
say."""


def _drawn(figure: figures.Figure, data: Mapping[str, csv_files.File]) -> dict[str, Any]:
    """A figure for the template: its drawings, and its numbers as a file inside the page."""
    file = data.get(figure.name)
    address = file and "data:text/csv;charset=utf-8;base64," + base64.b64encode(file.content).decode("ascii")
    return {
        "figure": figure,
        "svg": Markup(figure.inline),
        "narrow": Markup(figure.narrow),
        "csv": file and {"name": file.name, "address": address},
    }


@dataclass(frozen=True)
class Beside:
    """What other commands left beside the runs, of scenarios on the page."""

    shares: tuple[found_answers.Attribution, ...] = ()
    sought: tuple[found_answers.Sought, ...] = ()
    emulators: tuple[sliders.Shown, ...] = ()
    hinges: tuple[found_answers.Sensitivity, ...] = ()

    @property
    def data(self) -> dict[str, csv_files.File]:
        """The numbers behind the tornados, by the name of the figure."""
        rows = [row for one in self.hinges for row in hinges.csv_rows(one)]
        file = csv_files.File("sensitivity.csv", csv_files.written(hinges.CSV_HEAD, rows))
        return {f"sensitivity_{row[0]}".lower(): file for row in rows}


def _beside(given: list[Path], counted: Findings, emulator: Path | None = None) -> Beside:
    """Raises InputError that names every such file that cannot be read."""
    names = {scenario.name for scenario in counted.comparison.scenarios}
    shares, sought = found_answers.attributions(given), found_answers.sought(given)
    return Beside(
        tuple(each for each in shares if each.scenario in names),
        tuple(each for each in sought if each.scenario in names),
        tuple(sliders.found(given, emulator)),
        tuple(each for each in found_answers.sensitivities(given) if names.issuperset(each.scenarios)),
    )


def _article(
    counted: Findings,
    lang: str,
    drawn: Mapping[str, list[figures.Figure]],
    companion: str,
    beside: Beside = Beside(),
    given: Sequence[Path] = (),
    brief: bool = False,
) -> dict[str, Any]:
    """What the template needs for one language."""
    run = counted.run
    total_runs = sum(len(scenario.runs) for scenario in counted.comparison.scenarios)
    first, *others = counted.ordered
    rest = [group for group in others if group not in counted.spoken]
    many = total_runs > len(counted.comparison.scenarios)
    compared = [group for group in counted.spoken if group is not counted.compared]
    prices = money.prices(counted, lang)
    told = {"money": prices is not None, "shares": bool(beside.shares), "seek": bool(beside.sought)}
    told["sliders"], told["hinges"] = bool(beside.emulators), bool(drawn.get("hinges"))
    shown = [key for key in SECTIONS if told.get(key, True)]
    data = csv_files.behind(counted) | beside.data if any(drawn.values()) else {}
    return {
        "lang": lang,
        "t": functools.partial(say, lang=lang),
        "number": {key: number for number, key in enumerate(shown, start=1)},
        "place": counted.place.name[lang],
        "is_province": counted.is_province,
        "base": wording.day(run.months[0], lang),
        "end": wording.end_of(run.months[-1], lang),
        "scale": wording.threshold_percent(run.scale),
        "runs": say("runs_many" if many else "runs_one", lang, n=total_runs),
        "banner": standing.banner(_standing(counted), lang),
        "mixes": [_mix(counted, mix, lang) for mix in counted.comparison.mixes],
        "warnings": [
            say(
                "out_of_step",
                lang,
                names=wording.listed([counted.title(scenario, lang) for scenario in pair], lang),
            )
            for pair in counted.out_of_step()
        ],
        "card": _card(counted, first, lang),
        "more_cards": [_card(counted, group, lang) for group in others],
        "answers": answers.answers(counted, beside.shares, beside.sought, lang),
        "shares": [
            {"table": found_tables.shares(each, lang), "notes": found_tables.shares_notes(each, lang)}
            for each in beside.shares
        ],
        "sought": [_sought(each, lang) for each in beside.sought],
        "sliders": [
            each.for_template(lang, sliders.warning(each, _digests(counted), lang))
            for each in beside.emulators
        ],
        "figures": {name: [_drawn(figure, data) for figure in section] for name, section in drawn.items()},
        "effects": difference_tables.effects(counted, lang),
        "effects_note": _effects_note(counted, lang),
        "coverage": tables.coverage(counted, lang),
        "jobs_by_year": tables.by_year(counted, accounts.JOBS_TABLE, say("s_jobs", lang), lang),
        "services_tables": [
            tables.by_year(counted, shown, say(name, lang), lang) for name, shown in accounts.SERVICES.items()
        ],
        "prices": prices,
        "prices_said": money.said(counted, lang) if len(counted.groups) <= findings.MOST_SPOKEN else [],
        "ledgers": [money.ledger(counted, group, lang) for group in counted.spoken],
        "cuts": [of(counted, group, lang) for group in counted.spoken for of in (money.cut, money.land)],
        "not_priced": money.not_priced(counted, lang),
        "unit_prices": unit_prices.table(counted, lang),
        "because": [difference_tables.because_of(counted, group, lang) for group in compared],
        "more_because": [difference_tables.because_of(counted, group, lang) for group in rest],
        "because_notes": _because_notes(counted, lang),
        "because_silent": _because_silent(counted, lang),
        "prefectures": places.prefectures(counted, lang),
        "counties": places.counties(counted, lang),
        "place_note": _place_note(counted, lang),
        "place_adds": answers.place_adds(counted, lang) if brief else "",
        "indicators": [tables.indicators(counted, group, lang) for group in counted.spoken],
        "more_indicators": [tables.indicators(counted, group, lang) for group in rest],
        "settings": tables.settings(counted, lang, plan_in_model.status),
        "cut_off": _cut_off(counted, lang),
        "one_scenario": len(counted.comparison.scenarios) == 1,
        "trust": _trust(counted, lang),
        "statuses": _statuses(counted, lang),
        "left_out": plan_in_model.left_out(lang),
        "made": colophon.table(counted, given, lang, brief),
        "made_line": colophon.line(counted, lang),
        "provenance": _provenance(counted, lang),
        "companion": companion,
    }


def _sought(found: found_answers.Sought, lang: str) -> dict[str, Any]:
    """Tables and note of what it would take."""
    note = say(
        "seek_note", lang, scenario=found.scenario, runs=f"{found.runs:,}", draws=found.draws,
        scale=wording.threshold_percent(found.scale), most=f"{found.largest_multiple:g}",
    )  # fmt: skip
    return {"tables": [found_tables.doses(found, lang), found_tables.mixes(found, lang)], "note": note}


def _digests(counted: Findings) -> list[tuple[int, Mapping[str, Any]]]:
    """Draw and digests of every run on the page."""
    runs = (run for scenario in counted.comparison.scenarios for run in scenario.runs)
    found = ((run.key[0], run.record.get("digests")) for run in runs)
    return [(draw, digests) for draw, digests in found if isinstance(digests, Mapping)]


def _place_note(counted: Findings, lang: str) -> str:
    """What the tables of places show, and what grey means in them."""
    lead = counted.label(counted.lead, lang)
    if counted.lead is counted.compared:
        return say("place_note_one", lang, name=lead)
    pairs = len(sample.pairs_of(counted.lead.scenarios[0], counted.comparison.baseline))
    if pairs < sample.NOISE_NEEDS:
        return say("place_note_few", lang, name=lead)
    baseline = counted.title(counted.comparison.baseline, lang)
    interval = difference_tables.interval_name(pairs, lang)
    return say("place_note", lang, name=lead, baseline=baseline, n=pairs, interval=interval)


def _mix(counted: Findings, mix: Mix[folders.Run], lang: str) -> str:
    """What was not the same for all runs, and which scenarios, or how many runs of one, go together."""

    def named(group: tuple[folders.Run, ...]) -> str:
        titles = []
        for scenario in counted.comparison.scenarios:
            n, of = sum(run.scenario == scenario.name for run in group), len(scenario.runs)
            title = counted.title(scenario, lang)
            if n:
                titles.append(title if n == of else say("mix_part", lang, title=title, n=n, of=of))
        return say("mix_joined", lang).join(titles)

    groups = say("mix_against", lang).join(map(named, mix.groups))
    return say("mix", lang, what=say(f"mix_{mix.what}", lang), groups=groups)


def _cut_off(counted: Findings, lang: str) -> list[str]:
    """A line for each dose that lies partly or wholly outside the run, with the scenarios that have it."""
    found: dict[tuple[str, float, float], list[str]] = {}
    for scenario in counted.comparison.scenarios:
        for path, share in accounts.doses_cut_off(scenario).items():
            key = (path, share.units, share.total)
            found.setdefault(key, []).append(counted.title(scenario, lang))
    return [
        say(
            "dose_cut",
            lang,
            names=wording.listed(titles, lang),
            measure=setting_name(path, lang),
            units=wording.rounded(units, 0),
            total=wording.rounded(total, 0),
        )
        for (path, units, total), titles in found.items()
    ]


def _effects_note(counted: Findings, lang: str) -> str:
    """What stands behind the differences: one pair of runs, or several."""
    pairs = difference_tables.pairs_behind(counted)
    if pairs < 2:
        return say("effects_one", lang)
    return say("effects_many", lang, n=pairs, interval=difference_tables.interval_name(pairs, lang))


def _because_notes(counted: Findings, lang: str) -> list[str]:
    """How to read who moved because of it, and what it cannot say here."""
    groups = [group for group in counted.ordered if group is not counted.compared]
    if not groups:
        return [say("because_one_scenario", lang)]
    found = [group.because for group in groups if group.because]
    without = [counted.label(group, lang) for group in groups if group.because is None]
    notes = [say("because_note", lang)] if any(effect.lines for effect in found) else []
    if any(line.lever and plan_in_model.is_assumed(line.lever) for effect in found for line in effect.lines):
        notes.append(say("because_assumed_note", lang))
    if any(effect.levers > 1 for effect in found):
        notes.append(say("because_several", lang))
    if found:
        weight = max(effect.weight for effect in found)
        errors = {f"error_{n}": f"{round((weight * n) ** 0.5, -2):,.0f}" for n in (1_000, 100_000)}
        if weight > 1:
            notes.append(say("because_sample", lang, weight=f"{weight:,.4g}", **errors))
        pairs = min(effect.pairs for effect in found)
        interval = difference_tables.interval_name(pairs, lang)
        several = say("because_pairs", lang, n=pairs, interval=interval)
        notes.append(say("because_pair", lang) if pairs == 1 else several)
    if any(effect.alone for effect in found):
        notes.append(say("because_alone", lang, n=sum(effect.alone for effect in found)))
    if without:
        notes.append(say("because_missing", lang, names=wording.listed(without, lang)))
    return notes


def _because_silent(counted: Findings, lang: str) -> str:
    """The measures that reach nobody in person; empty where there are none."""
    effects = (group.because for group in counted.ordered if group is not counted.compared)
    silent = dict.fromkeys(lever for effect in effects if effect for lever in effect.silent)
    if not silent:
        return ""
    names = wording.listed([measure_name(lever, lang) for lever in silent], lang)
    return say("because_silent", lang, names=names)


def _card(counted: Findings, group: findings.Group, lang: str) -> dict[str, Any]:
    """Question and verdicts of scenarios with equal results."""
    first = group.scenarios[0]
    equal = ""
    if len(group.scenarios) > 1:
        names = wording.listed([counted.title(scenario, lang) for scenario in group.scenarios], lang)
        same = not accounts.differing_settings(group.scenarios)
        why = say("equal_settings" if same else "unequal_settings", lang)
        equal = say(
            "equal_results", lang, names=names, fingerprint=group.run.fingerprint[:DIGEST_SHOWN], why=why
        )
    return {
        "scenarios": [
            {"title": counted.title(scenario, lang), "question": scenario.question(lang)}
            for scenario in group.scenarios
        ],
        "is_comparison": group is counted.compared and len(counted.groups) > 1,
        "equal": equal,
        "verdicts": sentences.verdicts(first, lang),
        "rests_on": _rests_on(group, lang),
        "note": " ".join(filter(None, (_known_year(counted, group, lang), _verdict_note(group, lang)))),
    }


def _rests_on(group: findings.Group, lang: str) -> str:
    """How many draws and runs stand behind the verdicts."""
    draws = len({run.draw for run in group.runs})
    if len(group.runs) == 1:
        return say("rests_on_one", lang)
    return say("rests_on", lang, draws=draws, n=len(group.runs))


def _known_year(counted: Findings, group: findings.Group, lang: str) -> str:
    """What the model says of the one later year that was known: so much for the odds above it."""
    if not counted.is_province:
        return ""
    _, (year, published) = accounts.observed_shares()
    months = [(month.year, month.month) for month in counted.run.months]
    if (year, 12) not in months:
        return ""
    own = float(group.share[months.index((year, 12))])
    return say(
        "note_known_year",
        lang,
        year=year,
        own=wording.percent(own),
        published=wording.percent(published),
        points=wording.points(abs(round(own, 3) - round(published, 3))),
        side=say("known_above" if own >= published else "known_below", lang),
    )


def _verdict_note(group: findings.Group, lang: str) -> str:
    """Whether the verdict is conditional: the run's own words, or those of the catalogue for its key word."""
    note = group.run.record.get("conditions")
    if isinstance(note, dict):
        return str(note.get(lang) or note.get("en") or "")
    key = f"note_{note}"
    return say(key, lang) if key in TEXTS else str(note or "")


def _trust(counted: Findings, lang: str) -> list[str]:
    run = counted.run
    statuses = _counts(counted)
    lines = [standing.line(_standing(counted), lang)]
    if statuses.get("assumed"):
        lines.append(say("trust_assumed", lang, assumed=statuses["assumed"], total=sum(statuses.values())))
    if run.scale < 1:
        lines.append(say("trust_scale", lang, inverse=f"{1 / run.scale:,.4g}"))
    else:
        lines.append(say("trust_full", lang))
    if len(counted.comparison.scenarios) > 1:
        lines.append(say("trust_luck", lang))
    return [*lines, plan_in_model.left_out_said(lang), say("trust_left_out", lang)]


def _standing(counted: Findings) -> standing.Standing:
    """Of all runs on the page."""
    runs = (run for scenario in counted.comparison.scenarios for run in scenario.runs)
    return standing.standing(run.record.get("fit") or {} for run in runs)


def _counts(counted: Findings) -> dict[str, int]:
    counts = counted.run.record.get("parameters_by_status")
    return {str(k): v for k, v in counts.items() if isinstance(v, int)} if isinstance(counts, dict) else {}


def _statuses(counted: Findings, lang: str) -> tables.Table | None:
    counts = _counts(counted)
    if not counts:
        return None
    named = {status: TEXTS.get(f"status_{status}", {}).get(lang, status) for status in counts}
    rows = [[named[status], str(count)] for status, count in counts.items()]
    return tables.Table(say("status", lang), [say("status_name", lang), say("status_count", lang)], rows)


def _provenance(counted: Findings, lang: str) -> tables.Table:
    """One row a run: what is needed to make it again."""
    keys = ("scenario", "column_scale", "column_draw", "column_seed", "column_fingerprint", "column_digest")
    runs = [(scenario, run) for scenario in counted.comparison.scenarios for run in scenario.runs]
    rows = []
    for scenario, run in runs[:RUNS_SHOWN]:
        digest = run.summary["input_digest"][:DIGEST_SHOWN]
        rows.append(
            [
                counted.title(scenario, lang), wording.threshold_percent(run.scale), str(run.key[0]),
                str(run.key[1]),
                run.fingerprint[:DIGEST_SHOWN], digest,
            ]
        )  # fmt: skip
    if len(runs) > RUNS_SHOWN:
        rows.append([say("more_runs", lang, n=len(runs) - RUNS_SHOWN)])
    versions = counted.run.record.get("versions")
    listed = (
        ", ".join(f"{name} {version}" for name, version in versions.items())
        if isinstance(versions, dict)
        else ""
    )
    caption = say("provenance", lang)
    if listed:
        caption += (
            f" ({say('column_versions', lang)}: {listed})"
            if lang == "en"
            else f"（{say('column_versions', lang)}：{listed}）"
        )
    return tables.Table(caption, [say(key, lang) for key in keys], rows, frozenset({0, 4, 5}))


@functools.cache
def _script() -> str:
    """The script of every page: it opens the reader's language, or that of the link."""
    return (Path(__file__).parent / "templates" / "language.js").read_text(encoding="utf-8")


def _policy(scripts: list[str]) -> str:
    """What a browser may do with the page: run these scripts and nothing else, load nothing from anywhere."""
    digests = [
        base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        for script in scripts
    ]
    sources = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    allowed = (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "font-src data:",
        f"script-src {sources}",
    )
    return "; ".join((*allowed, "base-uri 'none'", "form-action 'none'"))


PAGE, BRIEF = "report.html.jinja", "brief.html.jinja"


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("urbsim.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole_brackets"] = whole_brackets
    environment.filters["whole_options"] = whole_options
    return environment.get_template(name)


def whole_brackets(cell: str) -> Markup:
    """A number of a table with the interval behind it, which is never broken between its ends."""
    found = _INTERVAL.fullmatch(cell)
    if not found:
        return escape(cell)
    return Markup('<span>{}<wbr><span class="brackets">{}</span></span>').format(*found.groups())


def whole_options(cell: str) -> Markup:
    """Words of a table, where an option of a command is never broken behind its hyphens."""
    return Markup(_OPTION.sub(r'<span class="brackets">\g<0></span>', str(escape(cell))))


_FONT = "\0"
"""Stands in the page for the typeface until its characters are known; no text of a page holds it."""


def _render(
    articles: list[dict[str, Any]],
    counted: Findings,
    languages: tuple[str, ...],
    emulators: tuple[sliders.Shown, ...] = (),
    template: str = PAGE,
) -> str:
    """The page, with the typeface cut down to the characters that it holds."""
    title = " | ".join(say("heading", lang, place=counted.place.name[lang]) for lang in languages)
    scripts = [*([_script()] if len(languages) > 1 else []), *([sliders.script()] if emulators else [])]
    page = _template(template).render(
        articles=articles, languages=languages, title=title, family=typeface.FAMILY,
        names={"zh": "中文", "en": "English"}, scripts=[Markup(script) for script in scripts], policy=_policy(scripts),
        slider_style=Markup(sliders.asset("sliders.css")) if emulators else "",
        slider_data=sliders.data(emulators, languages) if emulators else "", font=_FONT,
    )  # fmt: skip
    characters = set(page) - set(_FONT) | set(map(chr, range(32, 127)))
    return page.replace(_FONT, typeface.embedded(characters))
