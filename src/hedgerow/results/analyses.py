"""The columns of the tables that analyses write: their meaning, unit and range.

A table is named by its command and its file. A cell is empty if it has no value, for example
because a number is undefined.
"""

from dataclasses import replace
from math import inf

from .columns import Column


def _text(meaning: str, empty: str = "") -> Column:
    return Column("text", meaning, empty=empty)


def _count(meaning: str, unit: str = "", low: float = 0.0, empty: str = "") -> Column:
    return Column("whole", meaning, unit, low, empty=empty)


def _flag(meaning: str, empty: str = "") -> Column:
    return Column("whole", f"1 where {meaning}, else 0", "", 0.0, 1.0, empty)


def _real(meaning: str, unit: str = "", empty: str = "", low: float = -inf) -> Column:
    return Column("double", meaning, unit, low, empty=empty)


def _share(meaning: str, empty: str = "") -> Column:
    return Column("double", meaning, "share", 0.0, 1.0, empty)


def _chance(meaning: str, empty: str = "") -> Column:
    return Column("double", meaning, "probability", 0.0, 1.0, empty)


_UNIT = "that of the measure"
_MEASURE = _text("what is told of, as in `summary.csv`")
_COUNTRY = _text("code of the hedging country")
_YEAR = Column("whole", "calendar year", "year")
_FIRST = Column("whole", "first year of the target", "year")
_LAST = Column("whole", "last year of the target", "year")
_HINDSIGHT = _flag("the numbers know more than what was known when they are held against it")
_PATH = _text("path in the scenario")
_NO_SPREAD = "fewer than two runs"


def _estimate(name: str, meaning: str, unit: str, empty: str = "") -> dict[str, Column]:
    """Return the columns of a mean over runs and of the ends of its 95 % interval."""
    return {
        f"{name}_mean": _real(f"mean over runs of {meaning}", unit, empty),
        f"{name}_low": _real("low end of its 95 % interval", unit, empty or _NO_SPREAD),
        f"{name}_high": _real("high end of its 95 % interval", unit, empty or _NO_SPREAD),
    }


def _ends(name: str, unit: str, empty: str = "", interval: str = "95 %") -> dict[str, Column]:
    """Return the columns of the ends of an interval."""
    joint = f"{name}_" if name else ""
    return {
        f"{joint}low": _real(f"low end of the {interval} interval", unit, empty),
        f"{joint}high": _real(f"high end of the {interval} interval", unit, empty),
    }


_COMPARISON = {
    "point": _count("number of the design point", empty="all points together"),
    "measure": _MEASURE,
    "country": _COUNTRY,
    "year": _YEAR,
    "base_mean": _real("mean over runs of the first side", _UNIT, "no run defines it"),
    "other_mean": _real("mean over runs of the second side", _UNIT, "no run defines it"),
    "difference": _real("second side less first, mean over pairs", _UNIT, "no pair defines it"),
    **_ends("", _UNIT, "fewer than two pairs"),
    "sd": _real(
        "standard deviation over runs of the first side", _UNIT, "fewer than two runs", 0.0
    ),
    "other_sd": _real(
        "standard deviation over runs of the second side", _UNIT, "fewer than two runs", 0.0
    ),
    "effect": _real(
        "difference over `sd`; infinite where the first side does not vary",
        "standard deviations",
        "no pair defines it",
    ),
    "n": _count("pairs in which both are defined; over points, replicates", "runs"),
    "clear": Column("text", "`true` where the interval leaves zero out, else `false`"),
    "p": _chance("how likely chance alone makes such a difference", "fewer than two pairs"),
    "p_adjusted": _chance(
        "the same for as many rows as the table has (Benjamini and Hochberg)",
        "fewer than two pairs",
    ),
    "survives": Column("text", "`true` where `p_adjusted` is at most 0.05, else `false`"),
}

_TOURNAMENT = {
    "strategy": _text("name of the strategy, or of a country of your own"),
    "source": _text("where the literature has it", "it is your own"),
    **_estimate("payoff", "the payoff, mean over years", "log-odds"),
    **_estimate("against", "the payoff less that of the quantal hedger, run by run", "log-odds"),
    **_estimate("premium", "the premium, mean over years", "log-odds"),
    **_estimate("payout", "the payout, mean over years", "log-odds"),
    **_estimate("autonomy", "autonomy, mean over years", "share", "no partner would be missed"),
    **_estimate("tail_loss", "the loss in the tail, mean over years", "log-odds"),
    **_estimate("designations", "whether the country was designated", "share"),
    **_estimate("survival", "the years of hedging, up to the end", "years"),
    **_estimate(
        "alignment_index",
        "the alignment index of the last year",
        "points of 100",
        "no ties with either pole",
    ),
    **_estimate("votes_against", "the share of the votes answered `against`", "share", "no votes"),
}

_ANALYSED = {"measure": _MEASURE, "country": _COUNTRY, "year": _YEAR}
_FULL_RANGE = "that of the response, over the whole range of the path"

_SOBOL = {
    "first": _real("share of the variance that the path has alone", "share"),
    **_ends("first", "share"),
    "total": _real("share of the variance that the path has, alone and with others", "share"),
    **_ends("total", "share"),
}
_MORRIS = {
    "mu_star": _real("mean size of the elementary effects", _FULL_RANGE, low=0.0),
    **_ends("mu_star", _FULL_RANGE),
    "mu": _real("mean of the elementary effects, with their signs", _FULL_RANGE),
    **_ends("mu", _FULL_RANGE),
    "sigma": _real("standard deviation of the elementary effects", _FULL_RANGE, low=0.0),
}
_SLICES = "the path has no two slices of enough points"
_PAWN = {
    "median": _share("median distance of the slices' distributions from that of all", _SLICES),
    "min": _share("smallest of these distances", _SLICES),
    "max": _share("largest of these distances", _SLICES),
    "dummy": _share("what a path that does nothing stays below 19 times in 20", _SLICES),
}
_SAME = "the number is the same in all runs that count"
_RANKS = {
    "rank": Column(
        "double", "rank correlation of the measure with the number", "", -1.0, 1.0, _SAME
    ),
    "rank_low": Column("double", "low end of its 95 % interval", "", -1.0, 1.0, _SAME),
    "rank_high": Column("double", "high end of its 95 % interval", "", -1.0, 1.0, _SAME),
    "rank_chance": _chance(
        "rate of false discoveries at which the number counts among those that matter", _SAME
    ),
}

_SHARES = {
    "coverage": _share("share of all cases that are as looked for which lie in the box"),
    "density": _share("share of the cases in the box that are as looked for"),
    "mass": _share("share of all cases that lie in the box"),
    "restricted": _count("paths with a limit"),
}

_MAP = {
    "point": _count("number of the design point"),
    "PATH": Column("double", "each swept path: its value at the point", "that of the number"),
    "mean": _real("mean over replicates", _UNIT, "no values"),
    "sd": _real("standard deviation over replicates", _UNIT, "fewer than two values", 0.0),
    "n": _count("values that were there", "runs"),
    "low": _real("low end of the 95 % interval of the mean", _UNIT, "fewer than two values"),
    "high": _real("high end of the 95 % interval of the mean", _UNIT, "fewer than two values"),
    "in_band": _share("share of runs in the hedger's band of the scenario", "it is not known"),
    "in_band_low": _share("low end of its 95 % interval", "it is not known"),
    "in_band_high": _share("high end of its 95 % interval", "it is not known"),
    "change": _real("only with `--against`: mean less that at this value of x", _UNIT, "no pairs"),
    "change_low": _real("low end of its 95 % interval", _UNIT, "fewer than two pairs"),
    "change_high": _real("high end of its 95 % interval", _UNIT, "fewer than two pairs"),
}

_NO_NUMBER = "the target is no number"


def _said(of: str) -> dict[str, Column]:
    """Return the columns of a target under draws from the prior or the posterior."""
    return {
        f"{of}_q05": _real(f"quantile 0.05 of what runs of the {of} say, errors included", _UNIT),
        f"{of}_q50": _real("quantile 0.5 of it; of yes and no, the share of yes", _UNIT),
        f"{of}_q95": _real("quantile 0.95 of it", _UNIT),
        f"{of}_below": _share(f"share of runs of the {of} below the record", _NO_NUMBER),
    }


_CALIBRATED = {
    "target": _text("id of the target"),
    "country": _COUNTRY,
    "measure": _MEASURE,
    "first": _FIRST,
    "last": _LAST,
    "kind": _text("kind of the target, as in the [file of targets](targets.md)"),
    "observed": Column("double or text", "what is on record; of a choice, the option", _UNIT),
    "error": _real("standard deviation of the measurement", _UNIT, low=0.0),
    "noise": _real(
        "standard deviation between runs of one set of parameters, as the likelihood takes it",
        _UNIT,
        _NO_NUMBER,
        0.0,
    ),
    "of_parameters": _real("standard deviation between sets of parameters", _UNIT, _NO_NUMBER, 0.0),
    **_said("prior"),
    **_said("posterior"),
    "in_prior": _flag("the record lies in the band of the prior; of yes and no, where 5 % say so"),
    "in_posterior": _flag("it lies in that of the posterior"),
    "hindsight": _HINDSIGHT,
}
_PARAMETERS = {
    "path": _PATH,
    "prior": _text("the prior, in words"),
    "prior_mean": _real("mean of the prior's draws", "that of the number"),
    "prior_sd": _real("standard deviation of the prior's draws", "that of the number", low=0.0),
    "mean": _real("mean of the posterior's draws", "that of the number"),
    "sd": _real("standard deviation of the posterior's draws", "that of the number", low=0.0),
    "q05": _real("quantile 0.05 of the posterior's draws", "that of the number"),
    "q50": _real("quantile 0.5 of the posterior's draws", "that of the number"),
    "q95": _real("quantile 0.95 of the posterior's draws", "that of the number"),
    "shift": _real("mean of the posterior as a normal score of the prior", "standard deviations"),
    "shift_error": _real("standard error of `shift`", "standard deviations", low=0.0),
    "sd_ratio": _real("standard deviation of these scores; 1 is that of the prior", low=0.0),
    "sd_ratio_error": _real("standard error of `sd_ratio`", low=0.0),
    "bits": _real("information gained on the prior", "bits", low=0.0),
    "p": _chance("how likely chance alone moves the parameter as far"),
    "informed": _flag("`p` is below 0.05 over the number of parameters"),
    "hindsight": _HINDSIGHT,
}
_SBC = {
    "path": _PATH,
    "recovered": Column("double", "correlation of the truth with the posterior's mean", "", -1, 1),
    "p": _chance("how likely ranks of the truth at least as uneven are, were they uniform"),
    "coverage_50": _share("share of truths in the middle 50 % of the posterior"),
    "coverage_90": _share("share of truths in the middle 90 % of the posterior"),
    "mean_sd": _real("mean standard deviation of the posteriors' normal scores", low=0.0),
    "hindsight": _HINDSIGHT,
}

_KIND = _text("kind of habit, as the command names it")
_TOLD = _text("path in a scenario, or words where it is no number of one")
_LOG = "that of the number, or its logarithm"
_ESTIMATES = {
    "kind": _KIND,
    "name": _TOLD,
    "scale": _text("`log` where the logarithm was fitted", "the number itself was"),
    "estimate": _real("the estimate", _LOG),
    "error": _real("its standard error, clustered by state", _LOG, low=0.0),
    "low": _real("lower end of the 95 % interval", _LOG),
    "high": _real("upper end of the 95 % interval", _LOG),
    "value": _real("the estimate in the unit of the model", "that of the number"),
    "degrees": _real(
        "degrees of freedom of the error", "", "it is a standard deviation of pooled effects", 0.0
    ),
}
_FITS = {
    "kind": _KIND,
    "row": _text("what a row of the data is"),
    "rows": _count("rows that were fitted", low=1),
    "states": _count("states with rows, the clusters of errors", low=1),
    "parameters": _count("parameters, pooled effects and terms left out among them", low=1),
    "loglik": _real("log-likelihood of all rows"),
    "marginal": _real("marginal log-likelihood, by Laplace's approximation"),
    "rounds": _count("rounds in which variances and effects were fitted in turn", low=1),
    "gradient": _real("largest element of the gradient, in standard errors", low=0.0),
    "converged": _flag("it converged"),
}
_TESTS = {
    "kind": _KIND,
    "term": _text("the term that was left out"),
    "chi2": _real("χ² of the score test, one degree of freedom, clustered by state", low=0.0),
    "p": _chance("how likely a larger χ² is, were the term 0"),
    "step": _real("what the term would be after one step"),
    "error": _real("its standard error", low=0.0),
}
_PROOF = {
    "kind": _KIND,
    "name": _TOLD,
    "panels": _count("panels that were made up", low=1),
    "failed": _count("panels of which the fit did not converge"),
    "coverage": _share("panels whose 95 % interval holds what was planted"),
    "bias": _real("mean error", "standard deviations of estimates"),
    "bias_error": _real("Monte Carlo error of `bias`", "standard deviations of estimates", low=0.0),
}
_PLACEBO = {
    "kind": _KIND,
    "omega": _real("ω, the weight of politics, after one step"),
    "error": _real("its standard error", low=0.0),
    "mean": _real("mean of ω with politics permuted over states"),
    "sd": _real("standard deviation of ω over permutations", low=0.0),
    "larger": _share("permutations, and the true order, with an ω as large or larger"),
}

_FORECASTER = _text("who forecasts: `posterior`, `prior`, or a baseline")
_SHOCKS = _text("`listed` as they came, or `drawn` as before 2015", "the forecaster has none")
_FAMILY = _text("family of targets: what kind of thing is told")
_RULE = _text("scoring rule of the family", "all families together")
_OF_SKILL = "the row is a mean"
_OF_MEAN = "the row is a skill"
_IS_NUMBER = "the target is a number"

_SCORES = {
    "forecaster": _FORECASTER,
    "shocks": _SHOCKS,
    "against": _text("the forecaster that it is held against", _OF_SKILL),
    "against_shocks": _text("the shocks of that one", _OF_SKILL),
    "family": _FAMILY,
    "rule": _RULE,
    "targets": _count("targets that are scored"),
    "clusters": _count("questions of states that these come to"),
    "mean": _real("mean score; lower is better", "that of the rule", _OF_MEAN),
    "skill": _real("1 − mean score over that of the other; 1 is perfect", "share", _OF_SKILL),
    **_ends("", "share", "the row is a mean, or there are fewer than two clusters", "90 %"),
    "hindsight": _HINDSIGHT,
}
_SCORED = {
    "sample": _text("`out` for targets kept back, `in` for those fitted to"),
    "target": _text("id of the target"),
    "country": _COUNTRY,
    "question": _text("the question of the state that the target belongs to"),
    "measure": _MEASURE,
    "first": _FIRST,
    "last": _LAST,
    "family": _FAMILY,
    "predicted": _flag("it is a prediction, for nobody who coded resolutions knew what came"),
    "forecaster": _FORECASTER,
    "shocks": _SHOCKS,
    "observed": Column("double or text", "what came", _UNIT),
    **{
        f"q{level:02}": _real(f"quantile {level / 100:g} of what is forecast", _UNIT, _NO_NUMBER)
        for level in (5, 25, 50, 75, 95)
    },
    "in_50": _flag("what came lies in the middle 50 %", _NO_NUMBER),
    "in_90": _flag("what came lies in the middle 90 %", _NO_NUMBER),
    "pit": _share("share of the forecast below what came", _NO_NUMBER),
    "crps": _real("continuous ranked probability score", _UNIT, _NO_NUMBER, 0.0),
    "share_of_what_came": _share("probability given to what came", _IS_NUMBER),
    "rule": _RULE,
    "score": _real("score of the target; lower is better", "that of the rule"),
    "hindsight": _HINDSIGHT,
}
_VOTES = {
    "country": _COUNTRY,
    "question": _text("what is voted on"),
    "option": _text("the answer"),
    "coding": _text(
        "`coded` as in [votes](../background/votes.md), or `uncoded`: all as the first"
    ),
    "shocks": _text("`listed` as they came, or `drawn` as before 2015"),
    "parameters": _text("`posterior` or `prior`"),
    "probability": _chance("share of the runs with the question that answer so"),
    "low": _chance("low end of its 90 % interval, for finitely many runs alone"),
    "high": _chance("high end of that interval"),
    "runs": _count("runs in which the question was put", "runs"),
    "hindsight": _HINDSIGHT,
}
_ABLATIONS = {
    "group": _text("what kind of part is left out"),
    "part": _text("the part that is left out"),
    "target": _text("id of the target"),
    "country": _COUNTRY,
    "measure": _MEASURE,
    "kind": _text("kind of the target"),
    "base": _real("mean over runs of the whole model; of a rung its year, of a choice the share"),
    "difference": _real("without the part, less the whole, mean over runs", _UNIT),
    **_ends("", _UNIT, _NO_SPREAD),
    "sd": _real("standard deviation over runs of the whole model", _UNIT, _NO_SPREAD, 0.0),
    "runs": _count("pairs of runs", "runs"),
    "rule": _RULE,
    "score": _real("score of the whole model", "that of the rule"),
    "cost": _real("score without the part less that; above 0 the part helps", "that of the rule"),
    "hindsight": _HINDSIGHT,
}
_FORECAST = {
    "country": _COUNTRY,
    "event": _text("what may happen"),
    "partner": _text("code of the partner", "the event has none"),
    "year": Column("whole", "by whose end it has happened", "year"),
    "probability": _chance("share of the runs in which it has", "no run could have it"),
    "low": _chance("low end of its 90 % interval, for finitely many runs", "no run could have it"),
    "high": _chance("high end of that interval", "no run could have it"),
    "runs": _count("runs in which it could happen", "runs"),
    "date": _text("on which the forecast was made, ISO 8601"),
    "scenario_sha256": _text("SHA-256 of the scenario"),
    "seed": _count("of the runs"),
    "parameters": _text("where its numbers are from"),
    "hindsight": _HINDSIGHT,
}

ANALYSES: dict[str, dict[str, Column]] = {
    "compare: comparison.csv": _COMPARISON,
    "tournament: tournament.csv": _TOURNAMENT,
    "tournament: contrasts.csv": {
        "strategy": _text("name of the strategy"),
        "measure": _MEASURE,
        "year": _YEAR,
        "hedger": _real("mean over runs of the quantal hedger", _UNIT, "no run defines it"),
        "value": _real("mean over runs of the strategy", _UNIT, "no run defines it"),
        **_estimate("gap", "the strategy less the hedger", _UNIT, "fewer than two pairs"),
    },
    "tournament: by_rivalry.csv": {
        "rivalry": _real("multiple of the scenario's rivalry", low=0.0),
        "strategy": _text("name of the strategy"),
        "mean": _real("payoff less that of the quantal hedger, mean over runs", "log-odds"),
        **_ends("", "log-odds", _NO_SPREAD),
    },
    "sensitivity: sensitivity.csv": {
        **_ANALYSED,
        "path": _PATH,
        **{
            name: replace(column, meaning=f"only of {design}: {column.meaning}")
            for design, columns in (
                ("saltelli", _SOBOL),
                ("morris", _MORRIS),
                ("other designs and plain runs (PAWN)", _PAWN),
                ("plain runs", _RANKS),
            )
            for name, column in columns.items()
        },
    },
    "sensitivity: responses.csv": {
        **_ANALYSED,
        "statistic": _text("statistic over replicates that is explained"),
        "method": _text("`sobol`, `morris` or `pawn`"),
        "points": _count("points, of a plain run its runs, that the indices rest on"),
        "dropped": _count(
            "blocks of the design, of PAWN points or runs, left out for want of a value"
        ),
        "mean": _real("mean over the points", _UNIT),
        "sd": _real("standard deviation over the points", _UNIT, low=0.0),
        "noise_share": _real(
            "share of the variance between points that is chance, for replicates are finite",
            "share",
            "it is not known",
            0.0,
        ),
        "noise_is_bound": _flag("the share is at most that, since points share random numbers"),
    },
    "sensitivity: pairs.csv": {
        **_ANALYSED,
        "path": _text("one path"),
        "other": _text("the other path"),
        "second": _real("share of the variance that both have only together", "share"),
        **_ends("second", "share"),
    },
    "discover: boxes.csv": {
        "box": _count("number of the box", low=1),
        "where": _text("what makes a case one that is looked for"),
        "country": _COUNTRY,
        "cases_are": _text("whether a case is a run or a point"),
        "cases": _count("cases in the box"),
        "hits": _count("of them, those as looked for"),
        **_SHARES,
        "dropped": _text("paths whose limits may be chance, between spaces", "there are none"),
    },
    "discover: limits.csv": {
        "box": _count("number of the box", low=1),
        "path": _PATH,
        "low": _real("low limit of the box", "that of the number", "the path has labels"),
        "high": _real("high limit of the box", "that of the number", "the path has labels"),
        "labels": _text("labels in the box, between semicolons", "the path has numbers"),
        "least": _real("smallest of all cases", "that of the number", "the path has labels"),
        "largest": _real("largest of all cases", "that of the number", "the path has labels"),
        "quasi_p_low": _chance(
            "how likely the box would be as dense without the low limit, or the labels",
            "there is no such limit",
        ),
        "quasi_p_high": _chance("the same of the high limit", "there is no such limit"),
    },
    "discover: trajectory.csv": {
        "box": _count("number of the box", low=1),
        "step": _count("number of the step on the way to it"),
        **_SHARES,
        "taken": _flag("the box was taken from this step"),
    },
    "explain: options.csv": {
        "menu": _text(
            "what is chosen: a desk's step, a programme, a question, the label with a partner"
        ),
        "quarter": Column("whole", "of the menu", "quarter", 1.0, 4.0),
        "option": _text("what can be chosen"),
        "value": _real("what politics adds; `-inf` where it means nothing", "log-odds"),
        "habit": _chance("of being chosen were politics off"),
        "probability": _chance("of being chosen, 0 where it is forbidden"),
        "chosen": _flag("the run took it"),
        "forbidden_by": _text("rules, embargoes and bounds, `; ` between them", "it is allowed"),
        "TERM": _real("what each term or part adds", "log-odds", "it adds nothing"),
    },
    "explain: acts.csv": {
        "event": _text("its name in the scenario"),
        "kind": _text("`coercion`, `offer` or `visit`"),
        "partner": _text("code of the power"),
        "quarter": Column("whole", "in which it began", "quarter", 1.0, 4.0),
        "provoked_by": _text("what made it likelier; `rate` if nothing did"),
        "value": _real("how large it is; of an offer 1 if it was accepted, else 0"),
        "until": _real("year at which it ends", "year", "it has no length"),
    },
    "map: map-MEASURE.csv": _MAP,
    "map: map-MEASURE-critical.csv": {
        "PATH": Column(
            "double", "each other swept path: its value in the slice, then the axis without rivalry"
        ),
        "q05": _real("quantile 0.05 over draws of the rivalry at which balance breaks", "rivalry"),
        "q50": _real("quantile 0.5; `inf` where no rivalry breaks it", "rivalry"),
        "q95": _real("quantile 0.95", "rivalry"),
        "never": _share("share of draws in which no rivalry breaks it"),
    },
    "estimate: estimates.csv": _ESTIMATES,
    "estimate: fits.csv": _FITS,
    "estimate: tests.csv": _TESTS,
    "estimate: proof.csv": _PROOF,
    "estimate: placebo.csv": _PLACEBO,
    "calibrate: parameters.csv": _PARAMETERS,
    "calibrate: targets.csv": _CALIBRATED,
    "calibrate: sbc.csv": _SBC,
    "score: scores.csv": _SCORES,
    "score: targets.csv": _SCORED,
    "score: votes.csv": _VOTES,
    "score: ablations.csv": _ABLATIONS,
    "forecast: forecast.csv": _FORECAST,
    "reproduce: table.csv": {
        "part": _text("the step that made the number"),
        "variant": _text("of the scenario", "the scenario itself"),
        "country": _text("code of the hedging country", "the number is of none"),
        "measure": _text("as in `summary.csv`, or what the step names", "the number has none"),
        "year": Column("whole", "calendar year", "year", empty="a mean over years, or of none"),
        "x": _real("value of the first swept path", "that of the number", "nothing is swept"),
        "y": _real("value of the second swept path", "that of the number", "fewer are swept"),
        "statistic": _text("over runs: `mean`, `q50`, …"),
        "value": _real("the number", "that of the measure", "it is undefined"),
        "se": _real("its standard error over runs", "that of the measure", "there is none", 0.0),
    },
    "evidence: facts": {
        "id": _text("id of the fact"),
        "article": _text("id of the article"),
        "domain": _text("what it is about"),
        "actor": _text("code of a state or bloc"),
        "partner": _text("code of the other side", "it has none"),
        "date": _text("year, month or day, a span with `/`, or `undated`"),
        "value": Column("double or text", "the figure; a short text where it has none", "its unit"),
        "unit": _text("of the value; `qualitative` of a text"),
        "line": _count("line of the article", low=1),
        "coded": _text("how it is known: `stated`, `words`, `inferred` or `external`"),
        "note": _text("what the article says"),
        "mechanisms": _text("ids of mechanisms that it shows, between spaces", "it shows none"),
        "low": _real("low end of its range", "its unit", "it has no range"),
        "high": _real("high end of its range", "its unit", "it has no range"),
        "doubt": _text("why it may be wrong", "there is no doubt"),
        "speaks_for": _text("codes of further states, between spaces", "it speaks for no others"),
    },
    "evidence --conflicts": {
        "id": _text("id of the conflict"),
        "facts": _text("ids of the facts that disagree, between spaces"),
        "disagreement": _text("in what"),
        "treatment": _text("what the model does about it"),
    },
    "evidence --external": {
        "id": _text("id of the source"),
        "name": _text("who publishes it"),
        "table": _text("the table or the work"),
        "vintage": _text("its version, or `not recorded`"),
        "read": _text("when it was read, or `not recorded`"),
        "derivation": _text("how numbers follow from it"),
        "as_of": _text("until when it knows"),
        "doi": _text("its DOI", "it has none"),
    },
    "evidence --panel": {
        "table": _text("name of the table, as in [the panel](panel.md)"),
        "title": _text("what it is"),
        "rows": _count("rows that it has"),
        "states": _count("states that it has rows of", empty="its rows are not of states"),
        "years": _text("first and last year that it tells of"),
        "external": _text("id under which the source of a number cites it"),
        "sources": _text("whose figures it was derived from; several stand between |"),
        "vintage": _text("their versions, likewise"),
        "read": _text("when they were read, likewise"),
        "licence": _text("their terms, likewise"),
    },
    "evidence --targets": {
        "id": _text("id of the target"),
        "use": _text("`fit`, or `check` where it is kept back"),
        "country": _COUNTRY,
        "years": _text("year, or first and last year with `-`"),
        "kind": _text("kind of the target, as in the [file of targets](targets.md)"),
        "measures": _text("as in `summary.csv`, between spaces"),
        "value": _text("what is on record, between spaces", "the kind says it"),
        "error": _real("standard deviation of the measurement", _UNIT, "none is meant", 0.0),
        "bias": _real("standard deviation of an error shared with others", _UNIT, "none", 0.0),
        "source": _text("ids of facts, or an external source"),
        "reason": _text("where the error comes from", "there is none to tell"),
    },
    "evidence --scenario": {
        "path": _PATH,
        "value": _text("the number, its range or its prior"),
        "source": _text("where it is from", "it is missing, or a default"),
        "kind": _text("label of the number"),
    },
}
"""``COMMAND: FILE`` → column → what it is. `PATH` stands for paths, `TERM` for
terms; a map's name ends as told. What ``evidence`` prints with ``--format csv``
is named by its options."""
