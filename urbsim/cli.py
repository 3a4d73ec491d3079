"""The command `urbsim`. Heavy libraries are imported inside the commands, so that `urbsim --help` is quick.

Exit codes: 0 done (a missed target is no failure); 1 a run failed; 2 the input is wrong and nothing was run
or written; 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP. Results go to stdout, everything else to
stderr.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbsim import streams
from urbsim.compute.free_memory import (
    OUT_OF_MEMORY,
    REPORT,
    RUN,
    SMALL,
    Program,
    out_of_memory,
    too_little_memory,
)
from urbsim.compute.interruption import Ended, ending_in_order
from urbsim.errors import InputError, Problem, RunError, quoted

if TYPE_CHECKING:
    from urbsim.batch.members import Plan
    from urbsim.explore.server import Explorer
    from urbsim.scenario.schema import Batch, Scenario, Target
    from urbsim.simulation.runner import RunResult

app = typer.Typer(
    name="urbsim",
    help="Simulate how Guangxi's people move to towns and cities under a scenario; judge the plan's targets.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _examples(*commands: str) -> str:
    """The foot of a command's help; an empty line between examples keeps each on its own."""
    return "\n\n".join(("Examples:", *commands))


def main() -> None:
    """Entry of the console script."""
    streams.prepare()
    code = 0
    try:
        with ending_in_order():
            app()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        code = end.code
        if isinstance(end, Ended):
            _say_interrupted()
    except KeyboardInterrupt:
        _say_interrupted()
        code = 130
    except OSError as error:  # outside the commands only what was to be said can fail
        typer.echo(_failure(error), err=True)
        code = 1
    streams.leave(code)


def version() -> str:
    """The installed version of urbsim."""
    try:
        return metadata.version("urbsim")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"urbsim {version()}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    pass


_Workers = Annotated[
    str | None,
    typer.Option(metavar="N", help="Runs made at once.", show_default="one a core, as memory allows"),
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would run and how long it takes; run nothing.")
]
_Seeds = Annotated[str, typer.Option(metavar="N|A:B", help="Seeds.")]
_Results = Annotated[
    Path, typer.Option(metavar="DIR", help="Folder of results; the runs have a folder in it.")
]


@app.command(
    epilog=_examples(
        "urbsim validate my_scenario.yaml",
        "urbsim validate scenarios/*.yaml",
        "urbsim validate baseline plan_2021_2023",
    )
)
def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario, target or batch files; paths or names.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON on stdout.")] = False,
) -> None:
    """Check scenario, target and batch files; every mistake is reported at once."""
    with _guarded():
        from urbsim.scenario.check import check, notes_of

        problems: list[Problem] = []
        notes: list[Problem] = []
        checked: list[dict[str, str]] = []
        for file in files:
            try:
                kind, found = check(file)
            except InputError as error:
                problems += error.problems
                continue
            checked.append({"file": file, "kind": kind, "holds": _summary_of(found)})
            notes += notes_of(found)
        if as_json:
            said = {"valid": checked, "notes": _each_once(notes), "problems": _each_once(problems)}
            typer.echo(_as_json(said))
        else:
            for line in checked:
                typer.echo(f"{line['file']}: valid {line['kind']} ({line['holds']})")
        _note(notes)
        _refuse(problems)


def _summary_of(found: Scenario | tuple[Target, ...] | Batch) -> str:
    if isinstance(found, tuple):
        return ", ".join(target.id for target in found)
    return found.name


@app.command(
    epilog=_examples(
        "urbsim run baseline",
        "urbsim run my_scenario.yaml --scale 0.05 --seed 3",
        "urbsim run no_plan --json > summary.json",
        "urbsim run no_plan --set conditions.growth_per_year=0.02 --seeds 1:3 --draws 1:50",
    )
)
def run(
    scenario: Annotated[
        str,
        typer.Argument(help="Name of a scenario, or path of its file (ends in .yaml or holds a separator)."),
    ],
    scale: Annotated[
        str, typer.Option(metavar="S", help="Share of households simulated, from 0.00001 to 1.")
    ] = "0.01",
    seed: Annotated[str, typer.Option(metavar="N", help="Luck, and which households are sampled.")] = "1",
    draw: Annotated[str, typer.Option(metavar="N", help="Parameter draw; 0 is the central one.")] = "0",
    threads: Annotated[
        str | None,
        typer.Option(metavar="N", help="Threads; results do not depend on it.", show_default="all cores"),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of results.")] = Path("results"),
    strict: Annotated[bool, typer.Option("--strict", help="Check every account every month.")] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Print the time and memory each process of the month took.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print only summary.json on stdout.")] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a setting; makes a batch.")
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(metavar="A:B", help="Several seeds, such as 1:20; makes a batch.")
    ] = None,
    draws: Annotated[
        str | None, typer.Option(metavar="A:B", help="Several draws, such as 1:50; makes a batch.")
    ] = None,
) -> None:
    """Simulate one scenario once: a verdict on each target, and a folder of results.

    With --set, --seeds or --draws: a small batch, as `urbsim batch` runs it, with --threads processes.
    """
    if settings or seeds is not None or draws is not None:
        _run_several(
            scenario,
            scale,
            seeds or seed,
            draws or draw,
            threads,
            out,
            settings or [],
            strict,
            profile,
            as_json,
        )
        return
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.simulation import options

            threads = str(options.all_cores()) if threads is None else threads
            share, whole = options.decimal(scale), options.whole
            checks = [
                options.scale_problem(share, scale),
                options.whole_problem("--seed", whole(seed), seed, 0, options.MAX_SEED, options.SEED),
                options.whole_problem("--draw", whole(draw), draw, 0, options.MAX_SEED, options.DRAW),
                options.whole_problem(
                    "--threads", whole(threads), threads, 1, options.MAX_THREADS, options.THREADS
                ),
                options.out_problem(out),
            ]
            problems = [problem for problem in checks if problem is not None]
            spec = _read_scenario(scenario, problems)
            _refuse(problems)
            assert spec is not None and share is not None

            from urbsim.simulation.memory import memory_problem

            _note(spec.notes)
            too_large = memory_problem(spec, share)
            _refuse([too_large] if too_large else [])

            from urbsim.population.start import begin_loading

            persons = begin_loading(spec.base, spec.until, share, int(seed), int(threads))

            from urbsim.simulation.foreground import run_scenario

            if not as_json:  # what `_print_verdicts` takes, while persons are loaded
                import_module("urbsim.report.standing")
                import_module("urbsim.report.verdict_table")

        with _progress() as progress:
            result = run_scenario(
                spec,
                share,
                int(seed),
                int(draw),
                int(threads),
                out,
                strict,
                profile,
                progress,
                persons=persons,
            )
        if result.costs is not None:
            typer.echo(result.costs.table(), err=True)
        if result.replaced:
            typer.echo(f"{result.folder}: {result.replaced}", err=True)
        if as_json:
            typer.echo(_as_json(result.summary))
        else:
            _print_verdicts(result)


def _read_scenario(name: str, problems: list[Problem]) -> Scenario | None:
    """The scenario, or None with its problems added; for a name, stderr says which file it was."""
    from urbsim.scenario.reader import is_path, is_shipped, load_scenario

    try:
        spec = load_scenario(name)
    except InputError as error:
        problems += error.problems
        return None
    if not is_path(name):
        shipped = " (comes with urbsim)" if is_shipped(spec.files[0]) else ""
        typer.echo(f"scenario {name}: {spec.files[0]}{shipped}", err=True)
    return spec


def _print_verdicts(result: RunResult) -> None:
    from rich.console import Console

    from urbsim.report.standing import line, standing
    from urbsim.report.verdict_table import verdict_table
    from urbsim.results.store import scale_text
    from urbsim.state.geography import PROVINCE

    summary, title = result.summary, result.scenario.title
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    settings = f"scale {scale_text(summary['scale'])}, draw {summary['draw']}, seed {summary['seed']}"
    console.print(f"{title.en} {title.zh} ({settings})", markup=False)
    if summary["targets"]:
        console.print(verdict_table(summary["targets"], _residents(result)))
        console.print("One run gives no probability. 单次模拟不能给出概率。")
    else:
        share = result.observer.read("urbanisation_rate", PROVINCE, result.observer.months[-1]) or 0.0
        console.print(f"No target. Urban share at the end: {share:.2%}")
        console.print(f"没有目标。期末常住人口城镇化率：{share:.2%}")
    basis = standing([result.fit])
    console.print(line(basis, "en"), markup=False)
    console.print(line(basis, "zh"), markup=False)
    # Paths and commands are to be copied: never wrapped.
    typer.echo(f"Results 结果: {result.folder}")
    typer.echo(f"Next 下一步: urbsim report {result.folder}")


def _residents(result: RunResult) -> dict[str, float]:
    """Target id -> residents of its place in its last month (persons), where the run has them."""
    from urbsim.calendar import month_number

    read = result.observer.read
    found = {
        judged.target.id: read("resident_population", judged.target.place, month_number(judged.target.to))
        for judged in result.targets
    }
    return {name: residents for name, residents in found.items() if residents is not None}


@app.command(
    epilog=_examples(
        "urbsim batch plan_options --dry-run",
        "urbsim batch my_batch.yaml --workers 4",
    )
)
def batch(
    file: Annotated[str, typer.Argument(metavar="BATCH", help="A batch file: its path, or a name.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of results; the batch has a folder in it.")
    ] = Path("results"),
    workers: _Workers = None,
    engine: Annotated[str, typer.Option(metavar="local|dask", help="Who works.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Scheduler of a Dask cluster.")
    ] = None,
    dry_run: _DryRun = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print verdicts.json, or the dry run, as JSON on stdout.")
    ] = False,
) -> None:
    """Run scenarios x draws x seeds. The same command goes on where it was stopped, and reruns what is stale."""
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.batch import arguments, call, members
            from urbsim.scenario.batches import load_batch

            problems: list[Problem] = []
            number = arguments.workers_in(workers, problems)
            arguments.check_engine(engine, scheduler, workers, problems)
            plan = None
            try:
                asked = load_batch(file)
                _note(asked.notes)
                plan = members.plan_of(asked)
            except InputError as error:
                problems += error.problems
            problems += call.problems_of(plan, out, number, here=engine == "local")
            _refuse(problems)
            assert plan is not None
        _work_on(plan, out, number, scheduler, dry_run, as_json)


def _protocol() -> dict[str, Any] | None:
    """The protocol of calibration in force, for the record of a batch; None, with a note, where none is frozen."""
    from urbsim.fit.protocol import protocol_in_force

    try:
        return protocol_in_force()._asdict()
    except InputError as error:
        _note(error.problems)
        return None


def _run_several(
    scenario: str,
    scale: str,
    seeds: str,
    draws: str,
    threads: str | None,
    out: Path,
    given: list[str],
    strict: bool,
    profile: bool,
    as_json: bool,
) -> None:
    """`urbsim run` with several seeds, draws or settings: a batch without a file."""
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.batch import arguments, call, members

            problems: list[Problem] = []
            for option, used in (("--strict", strict), ("--profile", profile)):
                if used:
                    problems.append(Problem("is of a single run", key=option))
            number = arguments.workers_in(threads, problems, "--threads")
            spec = _read_scenario(scenario, problems)
            plan = None
            try:
                plan = members.plan_of_scenario(spec, scale, seeds, draws, given, problems)
            except InputError as error:
                problems += error.problems
            problems += call.problems_of(None if problems else plan, out, number)
            _refuse(problems)
            assert plan is not None
        _work_on(plan, out, number, None, False, as_json)


def _work_on(
    plan: Plan, out: Path, workers: int | None, scheduler: str | None, dry: bool, as_json: bool
) -> None:
    """Brings a batch up to date and says what came of it. scheduler: of a Dask cluster; None for this machine."""
    from urbsim.batch import call
    from urbsim.batch.cluster import DaskCluster
    from urbsim.batch.table import failures_text, precision_lines, price_lines, verdicts_table

    with ExitStack() as open_to_the_end:
        cluster = DaskCluster(scheduler) if scheduler else None
        if cluster:
            open_to_the_end.callback(cluster.stop)
        if dry:
            said = call.dry_run(plan, out, cluster.places if cluster else workers)
            typer.echo(_as_json(said) if as_json else call.dry_run_text(said))
            return
        content, tally = call.call(
            plan, out, workers, lambda text: typer.echo(text, err=True), cluster, _protocol()
        )
    folder = call.folder_of(plan, out)
    if as_json:
        typer.echo(_as_json(content))
    else:
        from rich.console import Console

        console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
        console.print(verdicts_table(content))
        typer.echo("\n".join([*price_lines(content), f"Results 结果: {folder}"]))
    said = content["precision"]
    if said is not None and not (as_json and said["reached"]):
        typer.echo("\n".join(precision_lines(said)), err=not said["reached"])
    if content["done"] < content["runs"]:
        typer.echo(failures_text(content, tally, folder), err=True)
        raise typer.Exit(1)
    if said is not None and not said["reached"]:
        raise typer.Exit(1)


@app.command(
    epilog=_examples(
        "urbsim fit --dry-run",
        "urbsim fit",
        "urbsim fit my_recipe.yaml --to my_fit --workers 2",
        "urbsim fit --check ranks",
        "urbsim fit --check prefectures",
        "urbsim fit --check origins",
    )
)
def fit(
    recipe: Annotated[
        Path | None, typer.Argument(metavar="RECIPE", show_default="calibration/recipe.yaml")
    ] = None,
    small: Annotated[
        bool,
        typer.Option("--small", help="The reduced fit of the recipe: to try the machinery, not to believe."),
    ] = False,
    check: Annotated[
        str | None,
        typer.Option(
            metavar="ranks|prefectures|origins",
            help="Check the fit: on invented worlds whose parameters are known, with prefectures left out in turn, "
            "or with what is dated after an origin left out.",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder that is written.", show_default="calibration/fitted"),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of results, where runs are kept.")] = Path(
        "results"
    ),
    workers: _Workers = None,
    dry_run: _DryRun = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON on stdout.")] = False,
) -> None:
    """Fit the free parameters to the decade 2010-2020 by the frozen protocol. The same command goes on where it was."""
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.batch import arguments
            from urbsim.fit import command

            problems: list[Problem] = []
            number = arguments.workers_in(workers, problems)
            asked = command.order(recipe, out, to, number, small, check, problems)
        if dry_run:
            said = command.dry_run(asked)
            typer.echo(_as_json(said) if as_json else command.dry_run_text(said))
            return
        record = command.carry_out(asked, lambda text: typer.echo(text, err=True))
        text = command.TEXTS[check]
        typer.echo(_as_json(record) if as_json else "\n".join(text(record, asked.to)))
    if not record.get("holds", True):
        raise typer.Exit(1)


@app.command(
    epilog=_examples(
        "urbsim report results/baseline",
        "urbsim report results --lang zh --out report.html",
        "urbsim report results/baseline results/no_plan --baseline no_plan --place 450100",
        "urbsim report results/plan_options --place 450200 --brief",
        "urbsim report results/plan_options --with results/baseline_shares --with results/baseline_seek",
    )
)
def report(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Run folders, or folders that hold them.")
    ],
    baseline: Annotated[
        str | None, typer.Option(metavar="NAME", help="Scenario the others are compared with.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en|both", help="Language of the report.")] = "both",
    place: Annotated[
        str, typer.Option(metavar="CODE", help="Province 450000, a prefecture 450100, a county 450102.")
    ] = "450000",
    emulator: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="An emulator.json of `urbsim explore --train`: sliders on the page.",
            show_default="those beside the runs",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The HTML file.", show_default="report.html beside the runs"),
    ] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="One sheet of A4 about the place instead, in each language.")
    ] = False,
    answered: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="DIR",
            help="A folder of attribute, seek or bench.sensitivity: its answer is shown, its runs are not. Repeatable.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a self-contained HTML report, with its charts and tables, from stored results alone."""
    with _guarded(REPORT):
        from urbsim.report import kept_memory

        with kept_memory.kept():
            from urbsim.report.page import write_report

            compared = None if baseline is None else streams.as_typed(baseline)
            written = write_report(
                folders,
                out,
                compared,
                streams.as_typed(lang),
                streams.as_typed(place),
                emulator,
                answered or [],
                brief,
            )
        typer.echo(f"Report 报告: {written}")


@app.command(
    epilog=_examples(
        "urbsim workbook baseline --out my_plan.xlsx",
        "urbsim validate my_plan.xlsx",
        "urbsim run my_plan.xlsx",
    )
)
def workbook(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A path, or a name.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The workbook; it ends in .xlsx.")],
) -> None:
    """Write a scenario as a workbook, one setting a row.

    Where a scenario file may stand, the edited workbook may, too: mistakes in it are named by their cells.
    """
    with _guarded(REPORT):
        from urbsim.tables import scenario_workbook

        scenario_workbook.write(streams.as_typed(scenario), out)
        typer.echo(f"Workbook 工作簿: {out}")


@app.command(
    epilog=_examples(
        "urbsim table results",
        "urbsim table results --indicator urbanisation_rate --place Nanning --place 450200 --columns month",
        "urbsim table results --indicator new_urban_jobs --by scenario --from 2021-01 --to 2023-12",
        "urbsim table results --place counties --by month --out counties.parquet",
        "urbsim table results/plan_options --price no_plan",
    )
)
def table(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Run folders, or folders that hold them.")
    ],
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Repeatable.", show_default="all indicators")
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE|NAME",
            help="Repeatable; also prefectures, counties or all.",
            show_default="the province",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT",
            help="What has rows of its own: scenario, run (draw and seed), draw, seed, month or year; repeatable. "
            "Other draws and seeds are summarised; over several months flows are added up, and stocks and rates "
            "stand as at the last.",
            show_default="run",
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="What stands in columns, not in rows: scenario, draw, seed, month, year, place or indicator.",
        ),
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A .csv, .parquet or .xlsx file.", show_default="print to the terminal"
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="Instead of indicators: what one more urban resident and one more new urban job cost against "
            "this scenario, with the interval over draws.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON on stdout.")] = False,
) -> None:
    """Show indicators of stored runs as one table, or write it to a file."""
    with _guarded(REPORT):
        from urbsim.tables import command
        from urbsim.tables import price as pricing

        asked = (indicator or [], place or [], by or [], columns, first, last)
        found: pricing.Prices | command.Table
        if price is not None:
            options = ("--indicator", "--place", "--by", "--columns", "--from", "--to")
            others: dict[str, object] = dict(zip(options, asked, strict=True))
            found = pricing.prices(folders, streams.as_typed(price), others, out)
        else:
            found = command.table(folders, *asked, out)
        for note in found.notes:
            typer.echo(f"note: {note}", err=True)
        if out is not None:
            written = found.write(out)
            typer.echo(f"Table 表: {out} ({written:,} rows)", err=as_json)
        if as_json:
            typer.echo(_as_json(found.records()))
        elif out is None:
            typer.echo("\n".join(found.lines()))


@app.command(
    epilog=_examples(
        "urbsim export results --form hubverse --indicator urbanisation_rate --out 2020-10-31-urbsim.parquet",
        "urbsim export results/my_batch --form hubverse --place all --from 2023-12 --out end.csv",
        "urbsim export results/plan_options --form indicator-table --scenario baseline --out 指标表.xlsx",
    )
)
def export(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Run folders, or folders that hold them.")
    ],
    form: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="hubverse: the model-output layout of hubs, samples by month and quantiles; indicator-table: the "
            "plan's indicator table (指标表) with measures and money, as XLSX.",
        ),
    ],
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Repeatable.", show_default="all indicators")
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE|NAME",
            help="Repeatable; also prefectures, counties or all.",
            show_default="the province",
        ),
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose runs, in an indicator table.",
            show_default="baseline, or the only one",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A .csv or .parquet file, or .xlsx of an indicator table.",
            show_default="指标表.xlsx for an indicator table",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON on stdout.")] = False,
) -> None:
    """Write stored runs in a form that others have laid down."""
    with _guarded(REPORT):
        from urbsim.tables.export import export as described
        from urbsim.tables.export import file_of

        out = file_of(form, out, as_json)
        found = described(folders, form, indicator or [], place or [], first, last, scenario, out, as_json)
        for note in found.notes:
            typer.echo(f"note: {note}", err=True)
        if out is not None:
            written = found.write(out)
            typer.echo(f"File 文件: {out} ({written:,} rows)", err=as_json)
        if as_json:
            typer.echo(_as_json(found.records()))


@app.command(
    epilog=_examples(
        "urbsim compare results/no_plan results/baseline",
        "urbsim compare results/baseline/scale0.01-draw0-seed1 elsewhere/baseline/scale0.01-draw0-seed1",
        "urbsim compare before/run.yaml after/run.yaml --json",
    )
)
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="A run folder, a folder of runs, or a run.yaml.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="What it is compared with.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON on stdout.")] = False,
) -> None:
    """Tell what differs between two runs, folders of runs, or records: settings, digests, results, ranked.

    Ends with 0 if the results are the same, with 1 if they differ or a run has no counterpart.
    """
    with _guarded(REPORT):
        from urbsim.compare import command, text

        found = command.compare(a, b)
        typer.echo(_as_json(found.as_dict()) if as_json else "\n".join(text.lines(found)))
    if not found.same:
        raise typer.Exit(1)


@app.command(
    name="validate-model",
    epilog=_examples(
        "urbsim batch forecast_2020 && urbsim batch replay_2010 && urbsim validate-model",
        "urbsim validate-model --forecasts results/forecast_2020 --replays results/replay_2010 --out calibration",
        "urbsim validate-model --facts facts_with_later_years --out scores",
    ),
)
def validate_model(
    forecasts: Annotated[
        Path, typer.Option(metavar="DIR", help="Batch of forecasts from census night 2020.")
    ] = Path("results/forecast_2020"),
    replays: Annotated[Path, typer.Option(metavar="DIR", help="Batch of replays of 2010-2020.")] = Path(
        "results/replay_2010"
    ),
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of VALIDATION.md and of validation/.")
    ] = Path("calibration"),
    facts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Calibration folder whose figures are scored, such as a copy with later years.",
            show_default="that of urbsim",
        ),
    ] = None,
) -> None:
    """Score forecasts on what was counted, beside rivals that need no model; write VALIDATION.md.

    A missed aim is no failure. Ends with 1 if the batches were made under another protocol of calibration.
    """
    with _guarded(REPORT):
        from urbsim.skill import command

        typer.echo("\n".join(command.validate_model(forecasts, replays, out, facts).lines()))


@app.command(
    epilog=_examples(
        "urbsim verify",
        "urbsim verify no_plan --json",
        "urbsim verify --inputs",
        "urbsim verify --renew",
    )
)
def verify(
    baseline: Annotated[
        str | None,
        typer.Argument(help="A recorded scenario.", metavar="BASELINE", show_default="baseline"),
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Rerun every recorded run, show what moved, and record it.")
    ] = False,
    inputs: Annotated[
        bool, typer.Option("--inputs", help="Compare only what a run reads; run nothing.")
    ] = False,
    records: Annotated[
        Path | None,
        typer.Option("--record", metavar="DIR", help="Folder of records.", show_default="codecheck/record"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON on stdout.")] = False,
) -> None:
    """Rerun the baseline and compare inputs, population, counts, tables and verdicts with the record.

    Names the first month, count and place that differ, and what changed: scenario, parameters, facts, code, libraries
    or machine. Ends with 0 if all is as recorded, with 1 if anything differs.
    """
    with _guarded(SMALL if inputs else RUN):
        both = [option for option, given in (("BASELINE", baseline), ("--inputs", inputs)) if given]
        if renew and both:
            _refuse([Problem("records every run", key="--renew", allowed=f"not together with {both[0]}")])
        from urbsim.verify import command, renewal, text

        with _progress() as progress:
            if renew:
                done = renewal.renew(records, progress)
                lines, same = text.renewal_lines(done), True
            else:
                done = command.verify(baseline or command.DETAILED, records, inputs, progress)
                lines, same = text.lines(done), done.same
        typer.echo(_as_json(done.as_dict()) if as_json else "\n".join(lines))
    if not same:
        raise typer.Exit(1)


@app.command(
    epilog=_examples(
        "urbsim attribute baseline",
        "urbsim attribute baseline --by measure --within C --dry-run",
        "urbsim attribute my_plan.yaml --baseline no_plan --by lever --orders 8",
    )
)
def attribute(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Whose effect is shared out: a path, or a name.")
    ],
    baseline: Annotated[
        str, typer.Option(metavar="SCENARIO", help="What it is compared with; differs in levers alone.")
    ] = "no_plan",
    by: Annotated[
        str, typer.Option(metavar="programme|measure|lever", help="Among whom it is shared out.")
    ] = "programme",
    within: Annotated[
        str | None,
        typer.Option(metavar="A|B|C|D", help="Measures or levers of this programme, the others as wholes."),
    ] = None,
    orders: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="Of measures or levers: orders tried with each draw and seed, an even number.",
            show_default="4",
        ),
    ] = None,
    scale: Annotated[str, typer.Option(metavar="SHARE", help="Share of households.")] = "0.01",
    draws: Annotated[str, typer.Option(metavar="N|A:B", help="Draws of the parameters.")] = "1:20",
    seeds: _Seeds = "1",
    out: _Results = Path("results"),
    workers: _Workers = None,
    dry_run: _DryRun = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print attribution.json, or the dry run, as JSON on stdout.")
    ] = False,
) -> None:
    """Share a scenario's effect out: who earned how much of T1 and T2, and at what price.

    Runs coalitions of programmes, measures or levers. The same command goes on where it was stopped.
    """
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.batch import arguments, call
            from urbsim.shares import command

            problems: list[Problem] = []
            number = arguments.workers_in(workers, problems)
            mine, other = (_read_scenario(name, problems) for name in (scenario, baseline))
            asked = command.question(mine, other, by, within, orders, scale, draws, seeds, problems)
            problems += call.problems_of(asked[1] if asked else None, out, number)
            _refuse(problems)
            assert asked is not None
        game, plan = asked
        if dry_run:
            said = command.dry_run(game, plan, out, number)
            typer.echo(_as_json(said) if as_json else command.dry_run_text(said))
            return
        from urbsim.batch.table import failures_text

        verdicts, tally = call.call(
            plan, out, number, lambda text: typer.echo(text, err=True), None, _protocol()
        )
        folder = call.folder_of(plan, out)
        if verdicts["done"] < verdicts["runs"]:
            typer.echo(failures_text(verdicts, tally, folder), err=True)
            raise typer.Exit(1)
        content = command.write(game, plan, folder, verdicts["draws_from"])
        if as_json:
            typer.echo(_as_json(content))
            return
        from rich.console import Console

        from urbsim.shares.table import check_line, interaction_lines, shares_table

        console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
        console.print(shares_table(content))
        typer.echo("\n".join([*interaction_lines(content), check_line(content)]))
        typer.echo(f"Results 结果: {folder / command.file_name(game, '.json')}")


@app.command(
    epilog=_examples(
        "urbsim seek baseline",
        "urbsim seek baseline --of C3 --target T1 --dry-run",
        "urbsim seek baseline --of industry.liuzhou_posts --target T2 --alone",
        "urbsim seek baseline --of A --of C --of D --target T1 --envelope 50e9",
    )
)
def seek(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="The world, and the doses at 1: a path, or a name.")
    ],
    of: Annotated[
        list[str] | None,
        typer.Option(
            "--of",
            metavar="LEVER|MEASURE|PROGRAMME",
            help="Whose dose is sought; repeat it for the cheapest mix.",
            show_default="all levers together",
        ),
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Repeatable.", show_default="all targets")
    ] = None,
    probability: Annotated[
        list[str] | None,
        typer.Option(metavar="SHARE", help="Wanted; repeatable.", show_default="0.5 and 0.9"),
    ] = None,
    alone: Annotated[
        bool,
        typer.Option("--alone", help="Leave out the scenario's other levers; else they stay as they are."),
    ] = False,
    envelope: Annotated[
        str | None,
        typer.Option(metavar="YUAN", help="What all that is added may cost in a mix.", show_default="any"),
    ] = None,
    largest: Annotated[
        str | None,
        typer.Option(
            metavar="X", help="Largest multiple of the scenario's doses that is tried.", show_default="16"
        ),
    ] = None,
    scale: Annotated[str, typer.Option(metavar="SHARE", help="Share of households.")] = "0.01",
    draws: Annotated[str, typer.Option(metavar="N|A:B", help="Draws of the parameters.")] = "1:50",
    seeds: _Seeds = "1",
    out: _Results = Path("results"),
    workers: _Workers = None,
    dry_run: _DryRun = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print seek.json, or the dry run, as JSON on stdout.")
    ] = False,
) -> None:
    """Say how large a dose meets a target with a wanted probability, and which mix of levers does so for least money.

    Says so where no dose does. The same command goes on where it was stopped.
    """
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.batch import arguments, call
            from urbsim.seek import command
            from urbsim.seek.cases import cases, first_mixes

            problems: list[Problem] = []
            number = arguments.workers_in(workers, problems)
            spec = _read_scenario(scenario, problems)
            found = command.question(
                spec, of or [], target or [], probability or [], alone, envelope, largest, scale, draws, seeds,
                problems,
            )  # fmt: skip
            first = cases(*found, first_mixes(found[0])) if found else None
            problems += call.problems_of(first, out, number)
            _refuse(problems)
            assert found is not None
        asked, batch = found
        if dry_run:
            said = command.dry_run(asked, batch, out, number)
            typer.echo(_as_json(said) if as_json else command.dry_run_text(said))
            return
        content, written = command.answer(
            asked, batch, out, number, lambda text: typer.echo(text, err=True), _protocol()
        )
        if as_json:
            typer.echo(_as_json(content))
            return
        from rich.console import Console

        from urbsim.seek.table import doses_table, lines, mixes_table

        console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
        console.print(doses_table(content))
        if content["mixes"]:
            console.print(mixes_table(content))
        typer.echo("\n".join(lines(content)))
        typer.echo(f"Results 结果: {written}")


@app.command(
    epilog=_examples(
        "urbsim explore baseline --train",
        "urbsim explore baseline",
        "urbsim explore my_scenario.yaml --train --points 30 --dry-run",
        "urbsim explore baseline --port 8200 --open",
    )
)
def explore(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="Whose levers and conditions are moved: a path, or a name."),
    ],
    train: Annotated[
        bool, typer.Option("--train", help="Make the runs, learn from them, write emulator.json, and stop.")
    ] = False,
    points: Annotated[
        str, typer.Option(metavar="N", help="Settings of the sliders that are run with each draw and seed.")
    ] = "12",
    kept_out: Annotated[
        str,
        typer.Option(metavar="N", help="Settings run with every draw to say how far the emulator is off."),
    ] = "8",
    full: Annotated[
        str, typer.Option(metavar="N", help="Of these, settings also run at full size, some 20 s each.")
    ] = "3",
    scale: Annotated[str, typer.Option(metavar="SHARE", help="Share of households in a run.")] = "0.003",
    draws: Annotated[str, typer.Option(metavar="N|A:B", help="Draws of the parameters.")] = "1:50",
    seeds: _Seeds = "1",
    out: _Results = Path("results"),
    workers: _Workers = None,
    dry_run: _DryRun = False,
    port: Annotated[
        str | None,
        typer.Option(metavar="N", help="Port of the page, on 127.0.0.1 alone.", show_default="a free one"),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the emulator, or the dry run, as JSON on stdout.")
    ] = False,
) -> None:
    """Move doses and conditions on a page of this machine, and see at once what the targets do.

    The answers come from an emulator, with its error against exact runs beside them. Train it first; the same command
    goes on where it was stopped.
    """
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.batch import arguments, call
            from urbsim.explore import command

            problems: list[Problem] = []
            number = arguments.workers_in(workers, problems)
            spec = _read_scenario(scenario, problems)
        if train or dry_run:
            asked = command.question(spec, points, kept_out, full, scale, draws, seeds, problems)
            plan = asked.training if asked else None
            problems += call.problems_of(plan, command.folder_of(spec, out) if spec else out, number)
            _refuse(problems)
            assert asked is not None
            if dry_run:
                said = command.dry_run(asked, out, number)
                typer.echo(_as_json(said) if as_json else command.dry_run_text(said))
                return
            emulator, written = command.train(
                asked, out, number, lambda text: typer.echo(text, err=True), _protocol()
            )
            if as_json:
                typer.echo(_as_json(emulator.plain()))
                return
            typer.echo("\n".join(command.lines(emulator)))
            typer.echo(f"Results 结果: {written}")
            return
        from urbsim.explore import server

        number, more = server.problems_of(port)
        _refuse([*problems, *([] if as_json else more)])
        assert spec is not None
        found = command.stored(spec, out)
        if as_json:
            typer.echo(_as_json(found.plain()))
            return
        typer.echo("\n".join(command.lines(found)))
        explorer = server.Explorer(command.sliders_of(spec), found, command.folder_of(spec, out))
        _serve(explorer, number, open_page)


def _serve(explorer: Explorer, port: int, open_page: bool) -> None:
    """Serves the page until Ctrl-C, which is its usual end."""
    from urbsim.explore import server

    def ready(address: str) -> None:
        typer.echo(f"{address}   (Ctrl-C ends it 按Ctrl-C结束)")
        if open_page:
            import webbrowser

            webbrowser.open(address)

    try:
        server.serve(explorer, server.bound(port), ready)
    except KeyboardInterrupt:
        pass
    typer.echo("ended 已结束", err=True)


@app.command(
    epilog=_examples(
        "urbsim trace baseline --who moved,settled",
        "urbsim trace baseline --person 1234567 --scale 1 --language zh",
        "urbsim trace my_scenario.yaml --who lost_job,returned --json > life.json",
    )
)
def trace(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="The run in which somebody is followed: a path, or a name."),
    ],
    person: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Whom to follow: the id of a person, the same at every scale."),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT,...",
            help="Somebody to whom all of this happens, by a keyed draw: moved, returned, left_guangxi, settled, "
            "got_permit, took_job, lost_job, trained, got_school_place, got_public_rental, got_rent_subsidy, "
            "bought_home, married, gave_birth, died.",
            show_default="moved",
        ),
    ] = None,
    scale: Annotated[str, typer.Option(metavar="SHARE", help="Share of households.")] = "0.01",
    seed: Annotated[str, typer.Option(metavar="N", help="Luck, and which households are sampled.")] = "1",
    draw: Annotated[str, typer.Option(metavar="N", help="Parameter draw; 0 is the central one.")] = "0",
    language: Annotated[str, typer.Option(metavar="en|zh", help="Language of the prose.")] = "en",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was seen as JSON on stdout, with all alternatives.")
    ] = False,
) -> None:
    """Tell one person's life in a run: draws, hazards, what places were worth, queues, pay, moves.

    Runs the scenario with a probe that changes no byte of it, and keeps nothing.
    """
    with _guarded(RUN):
        with _kept_for_good():
            from urbsim.trace import command

            problems: list[Problem] = []
            spec = _read_scenario(scenario, problems)
            found = command.question(spec, person, who, scale, seed, draw, language, problems)
            _refuse(problems)
            assert found is not None and spec is not None

            from urbsim.simulation.memory import memory_problem

            too_large = memory_problem(spec, found[0].scale)
            _refuse([too_large] if too_large else [])
        with _progress() as progress:
            life = command.traced(*found, progress)
        if as_json:
            typer.echo(_as_json(life.as_dict()))
            return

        from urbsim.trace.prose import lines_of

        typer.echo("\n\n".join(lines_of(life, language)))
        typer.echo(f"fingerprint of the run: {life.fingerprint}", err=True)


@app.command(
    epilog=_examples(
        "urbsim update new_rows.csv",
        "urbsim update new_rows.csv --forecasts results/plan_options --scenario baseline",
        "urbsim update new_rows.csv --out results/updates/spring --json",
    )
)
def update(
    observations: Annotated[
        Path,
        typer.Argument(
            metavar="OBSERVATIONS.csv",
            help="Newly published rows, with the columns of guangxi_annual.csv or of jobs_annual.csv.",
        ),
    ],
    forecasts: Annotated[
        Path, typer.Option(metavar="DIR", help="A finished batch, or the folder that holds it alone.")
    ] = Path("results"),
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="What the rows come from.", show_default="the only scenario of the batch"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder of the update.", show_default="results/updates/OBSERVATIONS"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print update.json on stdout.")] = False,
) -> None:
    """Weigh the draws of a forecast by rows published since: each verdict before and after.

    Says nothing where fewer than 20 effective draws are left. The batch stays as it is.
    """
    with _guarded(REPORT):
        from urbsim.update import command, text

        place = out or Path("results") / "updates" / observations.stem
        with _progress() as progress:
            found = command.update(observations, forecasts, scenario, place, progress)
        if as_json:
            typer.echo(_as_json(found.as_dict()))
            return
        from rich.console import Console

        typer.echo("\n".join([*text.rows_lines(found), *text.effective_lines(found)]))
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
        console.print(text.verdicts_table(found))
        typer.echo(f"Results 结果: {place}")


@app.command(
    epilog=_examples(
        "urbsim explain urbanisation_rate", "urbsim explain 公共租赁住房", "urbsim explain M1 --json"
    )
)
def explain(
    name: Annotated[
        str,
        typer.Argument(
            help="A scenario, lever, rule, parameter, indicator, target, measure, place, source, equation or term; "
            "in English or Chinese."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON on stdout.")] = False,
) -> None:
    """Tell what a name means: unit, value, interval, status, source, where it is used."""
    with _guarded():
        from urbsim.explain import UnknownName, explain_json, explain_text

        try:
            answer: Any = explain_json(name) if as_json else explain_text(name)
        except UnknownName as error:
            message, allowed = f"nothing is named {quoted(name)}", "what `urbsim list` shows"
            raise InputError([Problem(message, allowed=allowed, nearest=error.nearest)]) from None
        typer.echo(answer if isinstance(answer, str) else _as_json(answer))


@app.command("list", epilog=_examples("urbsim list", "urbsim list scenarios", "urbsim list places --json"))
def list_things(
    kind: Annotated[
        str | None,
        typer.Argument(
            help="scenarios, levers, targets, parameters, places, indicators, measures, rules and others.",
            show_default="a summary of all kinds",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON on stdout.")] = False,
) -> None:
    """Show what exists, one line each; `urbsim explain NAME` tells the rest."""
    with _guarded():
        from urbsim.explain import listing

        if as_json:
            typer.echo(_as_json(listing.summary() if kind is None else listing.things(kind)))
        else:
            typer.echo(listing.summary_text() if kind is None else listing.things_text(kind))


# --- shared by the commands --------------------------------------------------------------------------------


@contextmanager
def _guarded(program: Program = SMALL) -> Iterator[None]:
    """Turns what went wrong into one exit code and plain lines on stderr; program: what the command takes at least."""
    try:
        if too_little := too_little_memory(program):
            raise InputError([too_little])
        yield
    except InputError as error:
        _refuse(error.problems)
    except RunError as error:
        typer.echo(f"failed: {error}", err=True)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise  # whoever reads stdout has had enough; Typer ends quietly
    except Exception as error:
        if out_of_memory(error):
            typer.echo(f"failed: {OUT_OF_MEMORY}", err=True)
        elif isinstance(error, OSError):
            typer.echo(_failure(error), err=True)
        else:
            raise
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        _say_interrupted()
        raise typer.Exit(130) from None


def _failure(error: OSError) -> str:
    where = f": {error.filename}" if error.filename else ""
    return f"failed: {error.strerror or error}{where}"


def _say_interrupted() -> None:
    typer.echo("stopped: nothing half-written was left", err=True)


def _note(notes: Sequence[Problem]) -> None:
    """What is to be known of valid input, one line each."""
    for note in dict.fromkeys(notes):
        typer.echo(f"note: {note}", err=True)


def _each_once(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [vars(problem) for problem in dict.fromkeys(problems)]


def _refuse(problems: Sequence[Problem]) -> None:
    """End with exit code 2 if there are problems, one line each."""
    if problems:
        for problem in dict.fromkeys(problems):
            typer.echo(str(problem), err=True)
        raise typer.Exit(2)


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Around imports: what they make stays, and is never looked through for garbage, which would take as long again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
    """A callback (fraction 0 to 1, what is being done) that shows a bar with the time left on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, text: bar.update(task, completed=fraction, description=text)


def _as_json(value: Any) -> str:
    """JSON text; Chinese is escaped where stdout cannot write it, so that nothing of it is lost."""
    return json.dumps(value, ensure_ascii=not streams.takes_chinese(sys.stdout), indent=2, allow_nan=False)
