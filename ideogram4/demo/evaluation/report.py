"""Runs as tables for people, the goals beside them, and one line of JSON for programs.

Runs of the model are numbered; the later tables have one column a number. Rows without a number are
the bounds of the measure: "ceiling" (the drawn scenes), "autoencoder" (those, encoded and decoded)
and "floor" (another scene's picture).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ideogram4.commands.console import Console
from ideogram4.demo.evaluation.cases import SIZE
from ideogram4.demo.evaluation.facts import Facts
from ideogram4.demo.evaluation.figures import figures
from ideogram4.demo.evaluation.runs import Run, Setting
from ideogram4.sampling.presets import get_preset

Row = Sequence[str]
Figures = dict[str, Any]
NONE = "-"
# Key of the figures, heading, format.
COLUMNS = (
    ("pictures", "pictures", "d"),
    ("iou", "IoU", ".3f"),
    ("iou_50", ">=0.5", ".0%"),
    ("iou_80", ">=0.8", ".0%"),
    ("outline", "outline", ".3f"),
    ("missing", "missing", ".0%"),
    ("colour", "colour", ".1f"),
    ("colour_median", "median", ".1f"),
    ("background", "ground", ".1f"),
    ("words_read", "read", ".0%"),
    ("in_front", "front", ".0%"),
    ("seconds", "seconds", ".2f"),
)
LEGEND = """\
size is height x width; IoU of the asked box and the colour's extent, share of elements at 0.5 and
0.8; outline: IoU of the element's pixels and the drawn scene's; missing: share of elements; colour
(mean, median) and ground are CIEDE2000; read: words told from nine others (chance 10%); front:
overlaps in the later element's colour; seconds a picture (median)"""
BY_KIND = (("iou", ".3f"), ("outline", ".3f"), ("colour", ".1f"), ("missing", ".0%"))
GROUPS = {"by_count": "elements", "by_shape": "shape", "by_area": "area"}


@dataclass(frozen=True)
class Goal:
    """A figure and what it should reach."""

    key: str
    title: str
    limit: float
    at_least: bool = False

    @property
    def text(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


GOALS = (
    Goal("iou", "IoU", 0.80, at_least=True),
    Goal("colour", "colour, mean CIEDE2000", 8),
    Goal("background", "background, mean CIEDE2000", 4),
    Goal("seconds", "seconds a picture", 5),
)
OF_THE_CHECKPOINT = (
    Goal("megabytes", "megabytes of weights", 40),
    Goal("load_seconds", "seconds to load, libraries imported", 1),
)
FAST_STEPS = 12  # the goal for seconds is for so many, at 256 x 256


def report(runs: Sequence[Run], facts: Facts, console: Console) -> None:
    """Print everything; `runs` have at least one picture each."""
    found = [(run, run.figures()) for run in runs]
    model = [(run, values) for run, values in found if run.what == "model"]
    limit = facts.preset_guidance_limit
    preset = "" if limit is None else f", its presets' guidance is at most {limit:g}"
    console.result(
        f"{facts.model} on {facts.device}, {facts.threads} threads, seeds from {facts.seed}{preset}"
    )
    for table in (run_table(found), goal_table(model, facts), *group_tables(found)):
        if len(table) > 1:
            console.result("\n" + "\n".join(aligned(table)))
    console.result("\n" + LEGEND)
    if not facts.complete:
        console.result("stopped early: the last run is not complete")
    console.document(json.dumps(summary(found, facts)))


def run_table(found: Sequence[tuple[Run, Figures]]) -> list[Row]:
    """One row a run."""
    columns = [c for c in COLUMNS if any(c[0] in values for _, values in found)]
    rows: list[Row] = [
        ("run", "set", "size", "preset", "guidance", *(heading for _, heading, _ in columns))
    ]
    number = 0
    for run, values in found:
        number += run.what == "model"
        setting = run.setting
        what = (setting.preset_text, setting.guidance_text) if setting.preset else (run.what, NONE)
        cells = [_cell(values.get(key), form) for key, _, form in columns]
        mark = f"{number}{'' if run.complete else '*'}" if run.what == "model" else ""
        rows.append((mark, setting.name, setting.size_text, *what, *cells))
    return rows


def goal_table(model: Sequence[tuple[Run, Figures]], facts: Facts) -> list[Row]:
    """One row a goal, one column a run, and the checkpoint's own goals."""
    numbers = [str(n) for n in range(1, len(model) + 1)]
    rows: list[Row] = [("goal", "limit", *(f"run {number}" for number in numbers))]
    for goal in GOALS:
        cells = [
            _verdict(goal, values[goal.key]) if applies(goal, run.setting) else NONE
            for run, values in model
        ]
        rows.append((goal.title, goal.text, *cells))
    for goal in OF_THE_CHECKPOINT:
        rows.append((goal.title, goal.text, _verdict(goal, getattr(facts, goal.key))))
    return rows if model else []


def applies(goal: Goal, setting: Setting) -> bool:
    """Whether the goal was set for such a run. Figures of one set say nothing about another's."""
    if goal.key == "seconds":
        steps = setting.steps or get_preset(setting.preset).num_steps
        return setting.size == SIZE and steps <= FAST_STEPS
    return True


def group_tables(found: Sequence[tuple[Run, Figures]]) -> Iterator[list[Row]]:
    """One table a set and figure, by kind of element; one column a run, then the ceilings."""
    model = [(run, values) for run, values in found if run.what == "model"]
    bounds = [(run, values) for run, values in found if run.what in ("ceiling", "autoencoder")]
    columns = [(run, f"run {n}", values) for n, (run, values) in enumerate(model, start=1)]
    columns += [(run, f"{run.what} {run.setting.size_text}", values) for run, values in bounds]
    for name in dict.fromkeys(run.setting.name for run, _, _ in columns):
        ours = [column for column in columns if column[0].setting.name == name]
        for key, form in BY_KIND:
            rows: list[Row] = [(f"{name}: {key} by", "", *(title for _, title, _ in ours))]
            for group, title in GROUPS.items():
                kinds = dict.fromkeys(kind for _, _, values in ours for kind in values[group])
                for kind in kinds if group == "by_area" else sorted(kinds):
                    cells = [values[group].get(kind, {}).get(key) for _, _, values in ours]
                    rows.append((title, kind, *(_cell(cell, form) for cell in cells)))
            yield rows


def summary(found: Sequence[tuple[Run, Figures]], facts: Facts) -> Figures:
    """Everything, for programs."""
    rows = []
    for run, values in found:
        setting = run.setting
        row = {"what": run.what, "set": setting.name, "size": setting.size_text}
        if run.what == "model":
            met = {g.key: g.is_met(values[g.key]) for g in GOALS if applies(g, setting)}
            row |= {
                "preset": setting.preset,
                "guidance": setting.guidance,
                "steps": setting.steps,
                "complete": run.complete,
                "goals_met": met,
            }
        rows.append(row | values)
    goals = {g.key: g.limit for g in (*GOALS, *OF_THE_CHECKPOINT)}
    pooled = {f"by_{key}": pool([run for run, _ in found], key) for key in POOLED}
    return _rounded(
        {"benchmark": "demo_eval", **asdict(facts), "goals": goals, "runs": rows} | pooled
    )


POOLED = {"size": "size_text", "preset": "preset_text", "guidance": "guidance_text"}


def pool(runs: Sequence[Run], key: str) -> Figures:
    """Figures by set and by size, preset or guidance, the model's runs that share it together."""
    groups: dict[str, dict[str, list[Run]]] = {}
    for run in runs:
        if run.what == "model":
            value = getattr(run.setting, POOLED[key])
            groups.setdefault(run.setting.name, {}).setdefault(value, []).append(run)
    return {
        name: {value: _pooled(members) for value, members in values.items()}
        for name, values in groups.items()
    }


def _pooled(runs: Sequence[Run]) -> Figures:
    found = figures([one for run in runs for one in run.judged])
    return {key: value for key, value in found.items() if not isinstance(value, dict)}


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """Columns under each other: words to the left, numbers to the right."""
    columns = [[row[n] if n < len(row) else "" for row in rows] for n in range(max(map(len, rows)))]
    padded = []
    for column in columns:
        width = max(map(len, column))
        numeric = all(not cell or cell[0].isdigit() or cell == NONE for cell in column[1:])
        padded.append([cell.rjust(width) if numeric else cell.ljust(width) for cell in column])
    for cells in zip(*padded, strict=True):
        yield "  ".join(cells).rstrip()


def _cell(value: float | None, form: str) -> str:
    return NONE if value is None else format(value, form)


def _verdict(goal: Goal, value: float) -> str:
    return f"{value:.3g} {'met' if goal.is_met(value) else 'missed'}"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list) else value
