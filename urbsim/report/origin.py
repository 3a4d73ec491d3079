"""From what a page was made: the words inside every chart file, by which a reviewer makes a run again."""

from __future__ import annotations

import hashlib
import shlex

from urbsim.report.findings import Findings
from urbsim.results import store

SHOWN = 16  # characters of a digest


def origin(findings: Findings) -> str:
    """Number of runs, a digest of all their fingerprints, and the command of the first one with its fingerprint."""
    runs = sum(len(scenario.runs) for scenario in findings.scenarios)
    versions = findings.run.record.get("versions")
    version = versions.get("urbsim", "") if isinstance(versions, dict) else ""
    return ascii(
        f"urbsim {version}; {runs} runs, all fingerprints together {fingerprint_of_all(findings)}; "
        f"again: {command(findings)} gives fingerprint {findings.lead.runs[0].fingerprint}"
    )[1:-1]


def fingerprint_of_all(findings: Findings) -> str:
    """A digest of the fingerprints of all runs, whatever their order."""
    runs = (run for scenario in findings.scenarios for run in scenario.runs)
    prints = "\n".join(sorted(f"{run.scenario} {run.key} {run.fingerprint}" for run in runs))
    return hashlib.sha256(prints.encode("utf-8")).hexdigest()[:SHOWN]


def command(findings: Findings) -> str:
    """The command line that makes the first run of the lead again."""
    run = findings.lead.runs[0]
    draw, seed = run.key
    words = ["urbsim", "run", run.scenario, "--scale", store.scale_text(run.scale)]
    words += ["--draw", str(draw), "--seed", str(seed)]
    return shlex.join(words)
