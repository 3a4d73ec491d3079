"""A scenario of two months with two levers, and a target of its own: the smallest that doses can be asked of."""

from __future__ import annotations

from pathlib import Path

JOBS = """
targets:
  - {id: T2, title: {en: Jobs, zh: 新增就业}, indicator: new_urban_jobs, place: 450000, from: 2020-12, to: 2020-12,
     aggregate: sum, operator: ">=", threshold: 26000, tolerance: 1000, document: d, clause: c}
"""
WITH = """
name: with
extends: no_plan
until: 2020-12
targets: [short.yaml]
levers:
  industry: {liuzhou_posts: {total: 60000, from: 2020-11, to: 2020-12}}
  housing: {public_rental_units: {total: 20000, from: 2020-11, to: 2020-12}}
"""


def write_short(folder: Path, targets: str = JOBS) -> None:
    """Writes with.yaml and the targets that it names."""
    (folder / "short.yaml").write_text(targets, encoding="utf-8")
    (folder / "with.yaml").write_text(WITH, encoding="utf-8")
