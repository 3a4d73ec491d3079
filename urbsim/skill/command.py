"""What `urbsim validate-model` does: scores stored batches and writes the page, its charts and the table of scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from urbsim.errors import InputError, Problem
from urbsim.paths import calibration_dir
from urbsim.results import store
from urbsim.simulation.options import out_problem
from urbsim.skill import aims, charts
from urbsim.skill.evaluation import Evaluation, evaluate
from urbsim.skill.page import FOLDER, ORIGINS, PLACES, SCORES, page
from urbsim.skill.score_rows import frame

PAGE = "VALIDATION.md"


@dataclass(frozen=True)
class Written:
    """The page, and what it says of the aims."""

    path: Path
    scores: int
    verdicts: list[aims.Verdict]

    def lines(self) -> list[str]:
        """What the command prints."""
        found = [
            f"{v.group}: CRPS {v.ratio:.2f} of {v.rival} ({aims.in_words(v.ratio_met)}), "
            f"90% intervals hold {100 * v.in_90:.0f}% of {v.n} ({aims.in_words(v.coverage_met)})"
            for v in self.verdicts
        ]
        return [*found, f"Page 页面: {self.path} ({self.scores:,} scores)"]


def validate_model(forecasts: Path, replays: Path, out: Path, facts: Path | None = None) -> Written:
    """Scores and writes. facts: a calibration folder other than the installed one.

    Raises InputError, RunError where a batch was made under another protocol, and OSError; nothing is written then.
    """
    problems = [refused] if (refused := out_problem(out)) else []
    folder = facts or calibration_dir()
    if not (folder / "sources.csv").is_file():
        message = "is no calibration folder: sources.csv is missing"
        problems.append(Problem(message, key="--facts", file=str(folder)))
    if problems:
        raise InputError(problems)
    found = evaluate(forecasts, replays, folder)
    files = _files(found)
    for path, content in files.items():
        with store.whole_file(out / path) as temporary:
            temporary.write_bytes(content)
    return Written(out / PAGE, len(found.rows), aims.verdicts(aims.groups(found.rows), found.rules.aims))


def _files(found: Evaluation) -> dict[str, bytes]:
    """Every file by its path below the folder, the page last."""
    return {
        f"{FOLDER}/{SCORES}": frame(found.rows).to_csv(index=False, lineterminator="\n").encode(),
        f"{FOLDER}/{ORIGINS}": charts.origins(found),
        f"{FOLDER}/{PLACES}": charts.places(found),
        PAGE: page(found).encode(),
    }
