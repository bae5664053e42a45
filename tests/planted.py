"""Plant faults and see the nearest tests find them: ``uv run python tests/planted.py [NAME…]``.

The project is copied into a temporary folder. There each fault of `FAULTS` is planted alone, and
its tests, which must pass without it, have to fail. Without names all faults are planted, else
those whose name begins so. The exit code is 1 if a fault survives, and 2 if one cannot be planted.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path("src", "hedgerow")
PARTS = (
    "src",
    "tests",
    "scenarios",
    "seeds",
    "docs",
    "experiments",
    "benchmarks",
    "pyproject.toml",
)
"""What the copy holds."""


class Fault(NamedTuple):
    """A fault that somebody might make.

    Attributes:
        name: of the fault.
        file: in which it is planted, below the package.
        right: text that stands there exactly once.
        wrong: what takes its place.
        tests: files below the folder of tests, with spaces, one of which has to fail.
    """

    name: str
    file: str
    right: str
    wrong: str
    tests: str


AROUND = (
    # scenario ------------------------------------------------------------------------------------
    Fault(
        "last-rule-wins",
        "scenario/structure.py",
        'min(tier_max[i], rule.get("tier_max", TOP_RUNG))',
        'rule.get("tier_max", tier_max[i])',
        "scenario/test_scenario_compile.py",
    ),
    Fault(
        "last-rule-may-use-force",
        "scenario/structure.py",
        'force[i] &= rule.get("force", True)',
        'force[i] = rule.get("force", force[i])',
        "scenario/test_scenario_compile.py",
    ),
    Fault(
        "quarters-are-rounded",
        "scenario/quarters.py",
        "np.floor(np.asarray",
        "np.rint(np.asarray",
        "scenario/test_scenario_dates.py scenario/test_scenario_compile.py",
    ),
    Fault(
        "truncated-normal-has-no-top",
        "scenario/quantity.py",
        "bottom + uniforms * (top - bottom)",
        "bottom + uniforms * (1.0 - bottom)",
        "scenario/test_scenario_quantity.py",
    ),
    Fault(
        "draws-may-exceed-their-prior",
        "scenario/draws.py",
        "np.all((low <= values) & (values <= high))",
        "np.all(low <= values)",
        "scenario/test_scenario_draws.py",
    ),
    Fault(
        "middle-of-a-beta-forgets-its-low-end",
        "scenario/quantity.py",
        'return low + (high - low) * numbers["a"]',
        'return high * numbers["a"]',
        "scenario/test_scenario_quantity.py",
    ),
    Fault(
        "the-last-bound-is-the-ceiling",
        "scenario/checks/ties.py",
        "if bound is not None and bound < top:",
        "if bound is not None:",
        "scenario/test_scenario_checks.py",
    ),
    Fault(
        "products-of-like-ends-alone",
        "scenario/checks/shocks.py",
        "for a in span for b in (low, high)]",
        "for a, b in zip(span, (low, high), strict=True)]",
        "scenario/test_scenario_checks.py",
    ),
    Fault(
        "a-source-outlives-its-entry",
        "scenario/merge.py",
        "        merged.forget_source((section, label))\n",
        "",
        "scenario/test_scenario_sources.py scenario/test_scenario_load.py",
    ),
    # results -------------------------------------------------------------------------------------
    Fault(
        "share-of-0-where-every-run-failed",
        "results/means.py",
        " & (self._done > 0)",
        "",
        "results/test_results_labelled.py test_compare.py",
    ),
    Fault(
        "share-of-0-where-every-run-failed-in-arrays",
        "results/labelled_summary.py",
        " & (done > 0)[:, None, None, None]",
        "",
        "results/test_results_labelled.py",
    ),
    Fault(
        "variances-of-halves-are-added",
        "results/moments.py",
        "self.squares + other.squares + between",
        "self.squares + other.squares",
        "results/test_results_summary.py",
    ),
    Fault(
        "quantiles-of-another-type",
        "results/quantiles.py",
        "place = level * last",
        "place = np.maximum(level * count - 1, 0)",
        "results/test_results_summary.py",
    ),
    Fault(
        "minus-zero-is-another-number",
        "results/order.py",
        "copy=False) + 0.0).view",
        "copy=False)).view",
        "results/test_results_digest.py",
    ),
    Fault(
        "leaves-may-change-places",
        "results/digest.py",
        'f"{point}/{leaf}:"',
        'f"{point}:"',
        "results/test_results_digest.py",
    ),
    Fault(
        "failed-runs-had-no-events",
        "results/cells.py",
        "replicates.index(replicate)] = np.nan",
        "replicates.index(replicate)] = 0.0",
        "test_compare.py",
    ),
    Fault(
        "links-are-followed",
        "results/checksums.py",
        "if stat.S_ISLNK(mode):",
        "if stat.S_ISFIFO(mode):",
        "cli/test_cli_status.py",
    ),
    Fault(
        "files-above-the-folder-are-its-own",
        "results/checksums.py",
        '{"", ".", ".."} & set(parts)',
        '{"", "."} & set(parts)',
        "cli/test_cli_status.py",
    ),
    # ensemble, executor, sweep -------------------------------------------------------------------
    Fault(
        "a-task-is-all-fixed-time",
        "runs/pace.py",
        "return max(SECOND, 2 * fixed, min(",
        "return max(SECOND, fixed, min(",
        "sweep/test_pace.py",
    ),
    Fault(
        "the-last-tasks-are-all-fixed-time",
        "runs/pace.py",
        "(max(SECOND, 2 * fixed) - fixed)",
        "(max(SECOND, fixed) - fixed)",
        "sweep/test_pace.py",
    ),
    Fault(
        "a-measure-has-the-name-of-a-column",
        "runs/own.py",
        '("belief_", "concentration_")',
        '("belief_",)',
        "agents/test_own_ensembles.py",
    ),
    Fault(
        "no-choice-is-a-choice",
        "results/yearly.py",
        "choice.chosen == place, np.nan",
        "choice.chosen == place, 0.0",
        "test_in_memory.py",
    ),
    Fault(
        "healthy-runs-of-later-blocks-lose-their-numbers",
        "runs/chunks.py",
        "healthy.extend(start + int(i) for i in sound)",
        "healthy.extend(int(i) for i in sound)",
        "test_ensemble.py",
    ),
    Fault(
        "the-first-year-is-no-last-year",
        "runs/ensemble.py",
        "if not scenario.start <= last <= scenario.end:",
        "if not scenario.start < last <= scenario.end:",
        "test_ensemble.py",
    ),
    Fault(
        "a-chunk-too-few-of-each-worker",
        "runs/ensemble.py",
        "share = max(1, share // (workers * _CHUNKS_EACH))",
        "share = max(1, share // workers)",
        "test_ensemble.py",
    ),
    Fault(
        "all-tasks-wait-in-the-queue",
        "runs/executor.py",
        "max(0, _number(ahead) - len(waiting))",
        "_number(ahead)",
        "sweep/test_executor.py",
    ),
    Fault(
        "what-was-handed-out-goes-on",
        "runs/executor.py",
        "            future.cancel()",
        "            future.done()",
        "sweep/test_executor.py",
    ),
    Fault(
        "what-waits-is-deleted-before-its-summary",
        "runs/store.py",
        "if not self.gaps() and not self.unsummarised():",
        "if not self.gaps():",
        "sweep/test_sweep_interrupt.py",
    ),
    Fault(
        "points-share-streams",
        "runs/spec.py",
        "<< np.uint64(32)",
        "<< np.uint64(8)",
        "sweep/test_sweep_runs.py",
    ),
    Fault(
        "axes-of-logarithms-are-even",
        "runs/axes.py",
        "low * (high / low) ** places if logarithmic",
        "low + (high - low) * places**2 if logarithmic",
        "sweep/test_sweep_design.py",
    ),
    Fault(
        "ends-of-a-list-come-half-as-often",
        "runs/axes.py",
        "min(int(place * len(axis)), last)",
        "round(place * last)",
        "sweep/test_sweep_design.py",
    ),
    Fault(
        "a-point-that-leaves-a-number-gets-the-first-draw",
        "runs/variants.py",
        "own[path][absent] if path in own",
        "own[path][0] if path in own",
        "sweep/test_sweep_runs.py",
    ),
    Fault(
        "fail-fast-forgets-the-last-summaries",
        "runs/sweeping.py",
        " and bool(store.gaps())",
        "",
        "sweep/test_sweep_runs.py",
    ),
    Fault(
        "damaged-lines-of-the-journal-count",
        "runs/journal.py",
        " or check != _check(text)",
        "",
        "sweep/test_sweep_keeping.py",
    ),
    # compare, phase ------------------------------------------------------------------------------
    Fault(
        "sign-test-of-one-side",
        "analysis/comparison/differences.py",
        "2.0 ** (1.0 - counts)",
        "2.0 ** (0.0 - counts)",
        "test_compare.py",
    ),
    Fault(
        "freedom-of-the-smaller-sample",
        "analysis/comparison/differences.py",
        "(squares[0] + squares[1]) ** 2 / parts, n - 1.0)",
        "n - 1.0, n - 1.0)",
        "test_compare.py",
    ),
    Fault(
        "spread-between-points-is-lost",
        "analysis/comparison/pairs.py",
        "np.sqrt(variance + between)",
        "np.sqrt(variance)",
        "test_compare.py",
    ),
    Fault(
        "share-of-0-where-every-run-failed-in-maps",
        "analysis/phase/values.py",
        ' & table["point"].isin(done.index)',
        "",
        "test_phase.py",
    ),
    Fault(
        "pairs-of-90",
        "runs/pairs.py",
        "stdtrit(n - 1, 0.975)",
        "stdtrit(n - 1, 0.95)",
        "test_paired.py",
    ),
    Fault(
        "a-year-of-survival-is-lost",
        "analysis/tournaments.py",
        "sample.until + 1.0 - entered",
        "sample.until - entered",
        "test_tournament.py",
    ),
    Fault(
        "what-is-open-is-behind",
        "analysis/tournaments.py",
        "BEHIND if self.low > 0.0 else",
        "BEHIND if self.mean > 0.0 else",
        "test_tournament.py",
    ),
    # sensitivity, discover -----------------------------------------------------------------------
    Fault(
        "standard-deviations-are-as-sure-as-means",
        "analysis/sensitivities/noise.py",
        '"sd": 0.5,',
        '"sd": 1.0,',
        "sensitivity/test_sensitivity_noise.py",
    ),
    Fault(
        "error-of-an-effect-counts-all-points",
        "analysis/sensitivities/morris.py",
        "np.sqrt(values.size / design.block)",
        "np.sqrt(values.size)",
        "sensitivity/test_sensitivity_indices.py",
    ),
    Fault(
        "equal-responses-are-apart",
        "analysis/sensitivities/pawn.py",
        "np.append(ordered[1:] != ordered[:-1], True)",
        "np.ones(ordered.size, dtype=bool)",
        "sensitivity/test_sensitivity_indices.py",
    ),
    Fault(
        "half-of-the-runs-are-not-enough",
        "analysis/discovery/cases.py",
        "hits >= 0.5 * sweep.done",
        "hits > 0.5 * sweep.done",
        "discover/test_discover_cases.py",
    ),
    Fault(
        "of-equal-boxes-the-one-with-most-limits",
        "analysis/discovery/boxes.py",
        "(steps[i].coverage, -steps[i].restricted,",
        "(steps[i].coverage, steps[i].restricted,",
        "discover/test_discover_boxes.py",
    ),
    # estimate, calibrate, score, forecast --------------------------------------------------------
    Fault(
        "errors-without-leverage",
        "analysis/estimation/penalised.py",
        "np.eye(len(shared)) - profiled @ bread",
        "np.eye(len(shared))",
        "estimate/test_estimate_penalised.py",
    ),
    Fault(
        "residuals-keep-all-degrees",
        "analysis/estimation/penalised.py",
        "lift[model.scale] = beside",
        "lift[model.scale] = 0.0 * beside",
        "estimate/test_estimate_penalised.py",
    ),
    Fault(
        "memory-of-the-year-itself",
        "analysis/estimation/suppliers.py",
        "past = orders.year < year",
        "past = orders.year <= year",
        "estimate/test_estimate_kinds.py",
    ),
    Fault(
        "coverage-holds-its-upper-edge",
        "analysis/calibration/sbc.py",
        "self.ranks < DRAWS + 1 - edge",
        "self.ranks <= DRAWS + 1 - edge",
        "calibrate/test_calibrate_sbc.py",
    ),
    Fault(
        "noise-counts-twice",
        "analysis/calibration/likelihood.py",
        "(1.0 - 1.0 / simulated.shape[1]) * self.noise",
        "self.noise",
        "calibrate/test_calibrate_likelihood.py",
    ),
    Fault(
        "information-in-nats",
        "analysis/calibration/posterior.py",
        "np.log(sd)) / np.log(2.0)",
        "np.log(sd))",
        "calibrate/test_calibrate_posterior.py",
    ),
    Fault(
        "looked-at-both-and-paid-for-one",
        "analysis/calibration/posterior.py",
        "np.minimum(1.0, 2.0 * np.minimum(shift, spread))",
        "np.minimum(1.0, np.minimum(shift, spread))",
        "calibrate/test_calibrate_posterior.py",
    ),
    Fault(
        "bands-of-80",
        "analysis/calibration/predictive.py",
        "LEVELS = (0.05, 0.5, 0.95)",
        "LEVELS = (0.1, 0.5, 0.9)",
        "calibrate/test_calibrate_command.py",
    ),
    Fault(
        "looked-at-all-and-paid-for-one",
        "analysis/calibration/fitting.py",
        "< LEVEL / len(self.table.paths)",
        "< LEVEL",
        "calibrate/test_calibrate_command.py",
    ),
    Fault(
        "what-never-comes-is-near",
        "analysis/calibration/statistics.py",
        "max(where.last + 1.0, target.years[0] + _FAR * target.error)",
        "where.last + 1.0",
        "calibrate/test_calibrate_statistics.py",
    ),
    Fault(
        "intervals-of-80",
        "analysis/scoring/skill.py",
        "LEVEL = 90",
        "LEVEL = 80",
        "score/test_score_skill.py",
    ),
    Fault(
        "slight-losses-are-losses",
        "analysis/scoring/description.py",
        "skill.skill < -SLIGHT",
        "skill.skill < 0.0",
        "score/test_score_skill.py",
    ),
    Fault(
        "crps-depends-on-the-size-of-the-ensemble",
        "analysis/scoring/scores.py",
        "/ (n * (n - 1.0))",
        "/ (n * n)",
        "score/test_score_rules.py",
    ),
    Fault(
        "drawn-shocks-begin-after-the-end",
        "analysis/scoring/shocks.py",
        "if first <= at < stop:",
        "if first <= at <= stop:",
        "score/test_score_shocks.py",
    ),
    Fault(
        "votes-of-95",
        "analysis/scoring/votes.py",
        "beta.ppf(0.05, k + 0.5, n - k + 0.5)",
        "beta.ppf(0.025, k + 0.5, n - k + 0.5)",
        "score/test_score_command.py test_votes.py",
    ),
    Fault(
        "walks-begin-at-the-target",
        "analysis/scoring/baselines.py",
        "np.sqrt(a_year * max(0.0, ahead - years[-1]))",
        "np.sqrt(a_year)",
        "score/test_score_baselines.py",
    ),
    Fault(
        "forecasts-of-95",
        "analysis/forecasts.py",
        "beta.ppf(0.95, k + 0.5, n - k + 0.5)",
        "beta.ppf(0.975, k + 0.5, n - k + 0.5)",
        "test_forecast.py",
    ),
    Fault(
        "what-is-broken-breaks-again",
        "analysis/forecasts.py",
        "result[:, before[partner]] = np.nan",
        "result[:, before[partner]] = 1.0",
        "test_forecast.py",
    ),
    # evidence ------------------------------------------------------------------------------------
    Fault(
        "the-year-of-the-cut-is-hindsight",
        "scenario/knowledge.py",
        "    return year > cut",
        "    return year >= cut",
        "evidence/test_evidence_knowledge.py",
    ),
    Fault(
        "one-digit-is-enough",
        "facts/rules.py",
        "places = max(places, 1 - math.floor(math.log10(abs(exact))))",
        "places = max(places, 0 - math.floor(math.log10(abs(exact))))",
        "evidence/test_evidence_labels.py",
    ),
    Fault(
        "a-start-may-be-a-quarter-late",
        "facts/labels.py",
        "<= span[1] + end",
        "<= span[1] + 1",
        "evidence/test_evidence_labels.py",
    ),
    Fault(
        "spans-end-before-they-begin",
        "scenario/knowledge.py",
        "        end += 100 * (end <= int(first))\n",
        "",
        "evidence/test_evidence_knowledge.py",
    ),
    Fault(
        "dates-may-run-backwards",
        "facts/entries.py",
        "        and int(parts[0][:4]) <= int(parts[-1][:4])\n",
        "",
        "evidence/test_evidence_facts.py",
    ),
    # figures, reproduce --------------------------------------------------------------------------
    Fault(
        "facts-lie-on-the-end-of-their-span",
        "figures/series.py",
        "(fact.years[0] + fact.years[1]) / 2",
        "float(fact.years[1])",
        "figures/test_figures.py",
    ),
    Fault(
        "failed-runs-are-counted-in-the-foot",
        "figures/style.py",
        'about["runs_stored"] - failed, ',
        'about["runs_stored"], ',
        "figures/test_figures.py",
    ),
    Fault(
        "the-band-of-50-is-drawn-at-90",
        "figures/style.py",
        '("q25", "q75", 0.30)',
        '("q05", "q95", 0.30)',
        "figures/test_figures.py",
    ),
    Fault(
        "errors-of-facts-are-turned-round",
        "figures/arms.py",
        "[[value - low], [high - value]]",
        "[[high - value], [value - low]]",
        "figures/test_figures.py",
    ),
    Fault(
        "medians-are-called-means",
        "figures/portfolio.py",
        'for what in ("mean", "sd")',
        'for what in ("q50", "sd")',
        "figures/test_figures.py",
    ),
    Fault(
        "a-share-of-0-is-sure",
        "experiment/statistics.py",
        "smoothed = (hits + 0.5) / (runs + 1.0)",
        "smoothed = hits / runs",
        "reproduce/test_reproduce_table.py reproduce/test_reproduce_steps.py",
    ),
    Fault(
        "one-run-may-move-a-mean-by-less",
        "experiment/reference.py",
        "max(errors) * sqrt(runs) if",
        "max(errors) if",
        "reproduce/test_reproduce_reference.py",
    ),
    Fault(
        "the-last-of-two-numbers-wins",
        "experiment/table.py",
        "            if key in result:",
        "            if not key:",
        "reproduce/test_reproduce_table.py",
    ),
    Fault(
        "true-is-one",
        "experiment/inputs.py",
        " or isinstance(then, bool) != isinstance(now, bool)",
        "",
        "reproduce/test_reproduce_changes.py",
    ),
    Fault(
        "the-next-level-for-the-nearest",
        "experiment/steps/sweep.py",
        "np.abs(levels - value).argmin()",
        "np.searchsorted(levels, value)",
        "reproduce/test_reproduce_steps.py",
    ),
    Fault(
        "spreads-are-as-sure-as-means",
        "experiment/steps/sweep.py",
        "else sqrt(0.5))",
        "else 1.0)",
        "reproduce/test_reproduce_steps.py",
    ),
    # cli -----------------------------------------------------------------------------------------
    Fault(
        "settings-may-be-given-twice",
        "cli/options.py",
        "        if path in settings:",
        "        if settings.get(path) == value:",
        "cli/test_cli_run.py cli/test_cli_compare.py",
    ),
    Fault(
        "failures-of-a-folder-are-told-as-this-command's",
        "cli/commands/compare.py",
        "if any(count and isinstance(side.source, Scenario) for",
        "if any(count for",
        "cli/test_cli_compare.py",
    ),
    Fault(
        "what-is-damaged-ends-well",
        "cli/commands/status.py",
        "return 0 if found.good else 1",
        "return 0 if found.good or found.held else 1",
        "cli/test_cli_status.py",
    ),
    Fault(
        "an-error-of-ours-is-unforeseen",
        "errors.py",
        'dis.opname[opcode] == "RAISE_VARARGS"',
        'dis.opname[opcode] == "RERAISE"',
        "cli/test_cli_main.py cli/test_cli_run.py",
    ),
    Fault(
        "silence-agrees",
        "cli/consent.py",
        'Go on?", default=False',
        'Go on?", default=True',
        "cli/test_cli_size.py",
    ),
)
"""Faults around the model."""

MODEL = tuple(
    Fault(name, f"model/{file}", right, wrong, "model/test_oracle.py")
    for name, file, right, wrong in (
        # choice
        (
            "nothing-in-place-of-what-is-struck",
            "choice.py",
            "taken = np.where(struck, second, wanted)",
            "taken = wanted",
        ),
        (
            "struck-whatever-is-done",
            "choice.py",
            "struck = acts & ~allowed[wanted, columns]",
            "struck = ~allowed[wanted, columns]",
        ),
        (
            "second-best-before-nothing",
            "choice.py",
            "allowed[taken, columns] & (tilted[taken, columns] > g_hold)",
            "allowed[taken, columns]",
        ),
        ("order-is-turned", "choice.py", "u * running[-1]", "(1.0 - u) * running[-1]"),
        # payoff
        ("bend-by-weight", "payoff.py", "form.exposure[k] ** 2 *", "form.exposure[k] *"),
        ("answers-turned", "payoff.py", "g += gamma * form.foreseen", "g -= gamma * form.foreseen"),
        (
            "whole-bend-of-bundles",
            "payoff.py",
            "pull = pull + 0.5 * form.on_alignment",
            "pull = pull + form.on_alignment",
        ),
        (
            "bundles-entrap-nobody",
            "payoff.py",
            "np.maximum(point.tilt + lean, 0.0)\n    short",
            "np.maximum(point.tilt, 0.0)\n    short",
        ),
        (
            "no-stiffness-between-partners",
            "payoff.py",
            "form.salience[j] * form.on_alignment[p, q]",
            "form.salience[j] * form.on_alignment[p, q] * (p == q)",
        ),
        ("threat-protects", "payoff.py", "point.safe + more + trap", "point.safe - more + trap"),
        (
            "moves-protect-nobody",
            "payoff.py",
            "    safe[:, columns] -= form.gain[:, k, p, columns] * by\n",
            "",
        ),
        (
            "tilt-by-ties",
            "payoff.py",
            "    tilt[columns] += form.against[p, columns] * da",
            "    tilt[columns] += form.against[p, columns] * by",
        ),
        (
            "trapped-however-it-leans",
            "payoff.py",
            "summed(pressing * form.traps) * (point.tilt > 0.0)",
            "summed(pressing * form.traps)",
        ),
        # terms
        (
            "a-pledge-is-a-will",
            "terms.py",
            "will = q.will + (1.0 - q.will) * bound",
            "will = np.maximum(q.will, bound)",
        ),
        ("all-is-shielded", "terms.py", 'settled * q["shielded"]', "settled"),
        ("need-without-rivalry", "terms.py", '- q["need"] * q.threat_rivalry', '- q["need"]'),
        (
            "returns-follow-markets-by-elasticity",
            "terms.py",
            '+ q["curvature"][k] * q["elasticity"][k] * s.market',
            '+ q["elasticity"][k] * s.market',
        ),
        # frame, state
        (
            "a-rival-of-its-own-threat",
            "frame.py",
            'spread["rivalry"][:, source, mine]',
            'values["rivalry"][:, source]',
        ),
        (
            "straddling-without-autonomy",
            "frame.py",
            '2.0 * spread["autonomy"] + net',
            "net",
        ),
        (
            "futures-are-added",
            "frame.py",
            '(there["threat_level"] - values',
            '(there["threat_level"] + 0.0 * values',
        ),
        ("mean-of-roots", "state.py", "sd**2 / 8.0", "sd**2 / 4.0"),
        (
            "cuts-add-up",
            "state.py",
            "np.maximum(np.minimum(size, 1.0), result)",
            "np.minimum(size, 1.0) + result",
        ),
        (
            "a-quarter-longer",
            "state.py",
            "return s.until[event] > round_",
            "return s.until[event] >= round_",
        ),
        # beliefs
        ("peers-are-oneself", "beliefs.py", 'q["warning"] * of_peers', "of_peers"),
        (
            "relaxed-twice",
            "simulate.py",
            "        beliefs.learn(structure, q, s, incident)\n        beliefs.threaten(",
            "        beliefs.learn(structure, q, s, incident)\n"
            "        beliefs.relax(structure, q, s)\n        beliefs.threaten(",
        ),
        # events
        ("attention-without-luck", "events.py", ": q.r] + luck)", ": q.r] + 0.5)"),
        ("one-act-more", "events.py", "begins < acts", "begins <= acts"),
        (
            "incidents-pass-at-once",
            "events.py",
            'cost * q["incident_memory"]',
            'cost * q["event_duration"][e]',
        ),
        (
            "no-tolerance-foreseen",
            "events.py",
            '* q["event_tilt"][e] * beyond[p]',
            '* q["event_tilt"][e]',
        ),
        (
            "all-rivals-lead",
            "events.py",
            "by_lead * summed(ahead, axis=1)",
            "by_lead * q.feud",
        ),
        (
            "visits-while-suspended",
            "events.py",
            "free &= ~held_by(world, s, frozenset({Effect.SUSPENSION}), s.round)[one.power]",
            "pass",
        ),
        ("designated-whoever-is-needed", "events.py", " * daring(q, s.threat)[event.power]", ""),
        ("force-is-not-foreseen", "events.py", "                size = blow(world, q, e)\n", ""),
        # labels
        ("half-the-parity", "labels.py", "2.0 * j * apart", "j * apart"),
        (
            "the-top-is-barred",
            "labels.py",
            "after <= most",
            "after < most",
        ),
        (
            "pledged-twice",
            "labels.py",
            "(1.0 - pledges(s))",
            "np.ones_like(s.pledged)",
        ),
        (
            "flat-labels-woo-nobody",
            "labels.py",
            "habit = np.ones_like(habit)",
            "habit = np.ones_like(habit) * jumps[:, None]",
        ),
        # votes
        (
            "votes-of-today-are-past",
            "votes.py",
            "<= round_ < vote.round",
            "<= round_ <= vote.round",
        ),
        (
            "violations-are-near",
            "votes.py",
            '* q["violation"][p] * q["nearness"][p]',
            '* q["violation"][p]',
        ),
        ("who-is-absent-forgets", "votes.py", "np.where(np.isnan(voted), old, voted)", "voted"),
        ("slopes-without-division", "votes.py", '* d * own("divided")', '* own("divided")'),
        ("classes-are-kept-for-ever", "votes.py", " and vote.round < RECENT", ""),
        # answers
        (
            "what-is-lost-has-a-worth",
            "answers.py",
            "change = gained(change_of(now.world, q, now.s, one.bundle), one.bundle)",
            "change = change_of(now.world, q, now.s, one.bundle)",
        ),
        (
            "sure-to-provoke",
            "answers.py",
            "one.risk * now.stake[one.provokes]",
            "now.stake[one.provokes]",
        ),
        # rules
        (
            "programmes-by-the-step",
            "rules.py",
            'lean = change * q["salience"][k]',
            'lean = by * world.step[k] * q["salience"][k]',
        ),
        (
            "who-is-barred-sells-bundles",
            "rules.py",
            " & ~banned(world, q, s, k, s.round)[p]",
            "",
        ),
        (
            "nothing-beyond-may-fall",
            "rules.py",
            "if by > 0:\n                    there",
            "if by:\n                    there",
        ),
        ("no-way-back-from-a-tilt", "rules.py", "np.maximum(bound, np.abs(tilt))", "bound"),
        ("both-poles-alike", "rules.py", "up[second] &= falls", "up[second] &= rises"),
        # programmes, flows
        (
            "no-weight-of-memory",
            "programmes.py",
            'whole ** q["concentration"][k] * share',
            "share",
        ),
        (
            "more-than-was-ordered",
            "programmes.py",
            'np.minimum(q["capacity"][k], 1.0)',
            'q["capacity"][k]',
        ),
        (
            "growth-of-shares-not-roots",
            "flows.py",
            "np.exp(0.5 * gravity * growth)",
            "np.exp(gravity * growth)",
        ),
        # recorder, measures, insurance
        (
            "gifts-are-no-orders",
            "recorder.py",
            "TIV_UNIT * bundle[k][:, None]",
            "0.0 * bundle[k][:, None]",
        ),
        (
            "broken-after-three-quarters",
            "recorder.py",
            "self._rounds_outside == ROUNDS_A_YEAR)",
            "self._rounds_outside == 3)",
        ),
        ("certain-of-the-last", "state.py", "sure[0] = 1.0", "sure[-1] = 1.0"),
        (
            "sides-without-a-ceiling",
            "measures.py",
            "np.minimum(x[k, pole] + x[k, other], ceiling)",
            "x[k, pole] + x[k, other]",
        ),
        # strategies, start
        (
            "to-all-who-ever-acted",
            "strategies.py",
            "sign * in_force(s, e, s.round)",
            "sign * (s.until[e] > 0)",
        ),
        (
            "fear-of-great-rivals-alone",
            "strategies.py",
            "np.minimum(q.threat_rivalry, 1.0)",
            "q.threat_rivalry",
        ),
        ("known-to-half-a-step-above", "start.py", "(2.0 * u - 1.0) * half", "u * half"),
        (
            "no-foresight-of-strategies",
            "simulate.py",
            "self.goodwill * self.mind.foresees",
            "self.goodwill",
        ),
    )
)
"""Faults in the model."""

COMPILED = tuple(
    Fault(name, f"compiled/{file}", right, wrong, f"compiled/test_compiled_{tests}.py")
    for name, file, right, wrong, tests in (
        (
            "no-chord-above",
            "choice.py",
            "(1023.0 + 2.0**-20)",
            "(1023.0 + 0.5)",
            "choices",
        ),
        (
            "half-a-number-with-the-other",
            "philox.py",
            "| (low & _LOW)",
            "| low",
            "choices",
        ),
        (
            "less-protects-as-more",
            "payoff.py",
            "lack_up, lack_down = s.safe[v] - reach, s.safe[v] + reach",
            "lack_up, lack_down = s.safe[v] - reach, s.safe[v] - reach",
            "choices",
        ),
        (
            "less-leans-as-more",
            "payoff.py",
            "maximum(s.tilt[0] - lean, 0.0)",
            "maximum(s.tilt[0] + lean, 0.0)",
            "choices",
        ),
        (
            "compiled-tilt-by-ties",
            "payoff.py",
            "s.tilt[0] + m.against[p] * da",
            "s.tilt[0] + m.against[p] * by",
            "choices",
        ),
        (
            "what-is-struck-is-done-too",
            "desks.py",
            "step(h, k, i, here & free)",
            "step(h, k, i, here)",
            "choices",
        ),
        (
            "what-is-struck-is-not-counted",
            "desks.py",
            "s.struck[0] = s.struck[0] + where(struck, 1.0, 0.0)",
            "pass",
            "choices",
        ),
        (
            "anything-in-place-of-what-is-struck",
            "desks.py",
            "    acts = acts & struck\n",
            "    acts = struck\n",
            "choices",
        ),
        (
            "compiled-pledge-is-a-will",
            "terms.py",
            "will = will + (1.0 - will) * t.bound[p]",
            "will = maximum(will, t.bound[p])",
            "choices",
        ),
        ("compiled-shields-all", "terms.py", "settled * q.shielded[k]", "settled", "choices"),
        (
            "the-threat-helps",
            "frame.py",
            "if p == c.threat or p == c.own else 1.0",
            "if p == c.own else 1.0",
            "choices",
        ),
        (
            "compiled-roots-of-means",
            "state.py",
            "sd * sd / 8.0",
            "sd * sd / 4.0",
            "choices",
        ),
        (
            "compiled-quarter-longer",
            "state.py",
            "h.s.until[e] > float(round_)",
            "h.s.until[e] >= float(round_)",
            "choices",
        ),
        (
            "peers-of-nobody",
            "beliefs.py",
            "country(h, j).s.incident[0]",
            "country(h, 0).s.incident[0]",
            "choices",
        ),
        ("one-compiled-act-more", "events.py", "(rank < acts)", "(rank <= acts)", "choices"),
        (
            "no-force-in-what-is-foreseen",
            "events.py",
            "            size = blow(h, e)\n",
            "",
            "choices",
        ),
        (
            "all-lead",
            "events.py",
            "where(s.a[r] > s.a[p], f.rivalry[p * w.p + r], 0.0)",
            "f.rivalry[p * w.p + r]",
            "choices",
        ),
        (
            "flows-grow-as-shares",
            "flows.py",
            "exp(0.5 * q.gravity[k] * growth)",
            "exp(q.gravity[k] * growth)",
            "choices",
        ),
        (
            "more-is-delivered-than-ordered",
            "programmes.py",
            "minimum(q.capacity[k * w.p + p], 1.0)",
            "q.capacity[k * w.p + p]",
            "choices",
        ),
        (
            "usual-programmes-of-all",
            "programmes.py",
            "where(here, grown / usual, 0.0)",
            "where(here, grown, 0.0)",
            "choices",
        ),
        (
            "compiled-half-the-parity",
            "labels.py",
            "2.0 * jump * apart",
            "jump * apart",
            "choices",
        ),
        (
            "labels-rise-one-after-the-other",
            "labels.py",
            "times_at(h, f.rivalry, s.tiers, p)",
            "times_at(h, f.rivalry, t.tiers, p)",
            "choices",
        ),
        (
            "who-was-absent-voted",
            "votes.py",
            "where(voted | ~known(mean), 0.0, mean)",
            "where(~known(mean), 0.0, mean)",
            "choices",
        ),
        (
            "violations-everywhere",
            "votes.py",
            "q.violation[subject] * o.nearness[subject]",
            "q.violation[subject]",
            "choices",
        ),
        (
            "losses-have-a-worth",
            "answers.py",
            "        if w.bundle_by[x] > 0.0:\n            k, p, by",
            "        if True:\n            k, p, by",
            "choices",
        ),
        (
            "certain-to-provoke",
            "answers.py",
            "w.bundle_risk[b] * s.stake",
            "s.stake",
            "choices",
        ),
        (
            "sure-of-nothing",
            "insurance.py",
            "b.pressing[0] = 0.5 * b.security[0]",
            "b.pressing[0] = 0.0",
            "choices",
        ),
        (
            "orders-of-this-year-alone",
            "recorder.py",
            "share(h, s.orders + k * WINDOW * some, WINDOW, into + 2 * column)",
            "share(h, s.orders + k * WINDOW * some, 1, into + 2 * column)",
            "choices",
        ),
        (
            "bundles-may-take-all",
            "rules.py",
            "allowed = allowed & (after >= 0.0)\n",
            "pass\n",
            "choices",
        ),
        (
            "who-delivers-not-is-asked",
            "rules.py",
            "barred = held_by(h, EMBARGO, p, round_)",
            "barred = held_by(h, EMBARGO, p, -1)",
            "choices",
        ),
    )
)
"""Faults in the compiled model."""

FAULTS = AROUND + MODEL + COMPILED
"""Faults that somebody might make."""


class Copy:
    """A copy of the project in which one fault is planted at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, folder / part)  # with times, so that what was compiled counts
        self._environment = os.environ | {"PYTHONPATH": str(folder / "src")}
        where = self._run("-c", "import hedgerow; print(hedgerow.__file__)").stdout
        assert Path(where.strip()).is_relative_to(folder), f"the copy is not what runs: {where}"
        self._sound: set[str] = set()

    def sound(self, fault: Fault) -> bool:
        """Tell whether the tests of a fault pass without it."""
        if fault.tests not in self._sound and self._test(fault):
            self._sound.add(fault.tests)
        return fault.tests in self._sound

    def survives(self, fault: Fault) -> bool:
        """Tell whether the tests of a fault pass with it."""
        path = self.folder / SOURCE / fault.file
        text, times = path.read_text(encoding="utf-8"), path.stat()
        path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
        later = time.time() + 10.0  # byte code is kept by seconds and sizes, which may be the same
        os.utime(path, (later, later))
        try:
            return self._test(fault)
        finally:
            path.write_text(text, encoding="utf-8")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _test(self, fault: Fault) -> bool:
        tests = [f"tests/{name}" for name in fault.tests.split()]
        done = self._run("-m", "pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider", *tests)
        if done.returncode not in (0, 1) and done.returncode > 0:  # below 0 a signal ended it
            print(
                f"error: {fault.name}: pytest could not run: {done.stdout[-2000:]}", file=sys.stderr
            )
            sys.exit(2)
        return done.returncode == 0

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


def misplaced(faults: Sequence[Fault]) -> list[str]:
    """Return what keeps faults from being planted."""
    found = []
    for fault in faults:
        path = ROOT / SOURCE / fault.file
        count = path.read_text(encoding="utf-8").count(fault.right) if path.is_file() else None
        if count is None:
            found.append(f"{fault.name}: there is no file {fault.file}")
        elif count != 1:
            found.append(f"{fault.name}: {fault.file} has the text {count} times: {fault.right}")
        found += [
            f"{fault.name}: there is no file tests/{name}"
            for name in fault.tests.split()
            if not (ROOT / "tests" / name).is_file()
        ]
    return found


def main() -> int:
    """Plant the faults that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="beginnings of names of faults")
    names = parser.parse_args().names
    for name in names:
        if not any(fault.name.startswith(name) for fault in FAULTS):
            parser.error(
                f"no fault begins with {name!r}; there are: {', '.join(f.name for f in FAULTS)}"
            )
    chosen = [f for f in FAULTS if not names or f.name.startswith(tuple(names))]
    errors = misplaced(chosen)
    survivors = 0
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    if errors:
        return 2
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Copy(Path(folder).resolve())
        for fault in chosen:
            clock = time.monotonic()
            if not copy.sound(fault):
                print(f"error: {fault.name}: {fault.tests} fails without it", file=sys.stderr)
                return 2
            survives = copy.survives(fault)
            survivors += survives
            what = "SURVIVES" if survives else "caught"
            print(f"{what:8}  {fault.name} ({time.monotonic() - clock:.0f} s)", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} faults were caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
