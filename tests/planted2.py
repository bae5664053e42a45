"""Faults in the second design of the model, planted as `planted.py` does."""

import sys

import planted
from planted import Fault

ORACLE = "model/test_oracle.py"

FAULTS = tuple(
    Fault(name, f"model/{file}", right, wrong, ORACLE)
    for name, file, right, wrong in (
        # choice
        ("the-same-luck-again", "choice.py", "moves(left, again[at])", "moves(left, u[at])"),
        (
            "what-is-barred-is-taken-at-last",
            "choice.py",
            "np.where(allowed[:, at], tilted[:, barred], -np.inf).argmax",
            "tilted[:, barred].argmax",
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
            "    point.safe[:, columns] -= form.gain[:, k, p, columns] * by\n",
            "",
        ),
        (
            "tilt-by-ties",
            "payoff.py",
            "point.tilt[columns] += form.against[p, columns] * da",
            "point.tilt[columns] += form.against[p, columns] * by",
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
            "np.maximum(result[event.power], size, out=result[event.power])",
            "result[event.power] += size",
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
        ("attention-without-luck", "events.py", "+ luck[p])", "+ 0.5)"),
        ("one-act-more", "events.py", "(rank < acts)", "(rank <= acts)"),
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
            "free &= ~held_by(world, s, frozenset({Effect.SUSPENSION}), round_)[one.power]",
            "pass",
        ),
        ("designated-whoever-is-needed", "events.py", " * daring(q, s.threat)[event.power]", ""),
        ("force-is-not-foreseen", "events.py", "                size = blow(world, q, e)\n", ""),
        # labels
        ("half-the-parity", "labels.py", "2.0 * jump * apart", "jump * apart"),
        (
            "the-top-is-barred",
            "labels.py",
            "allowed[j - 1] = s.tiers + j <= most",
            "allowed[j - 1] = s.tiers + j < most",
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
            "change = gained(change_of(world, q, s, bundle), bundle)",
            "change = change_of(world, q, s, bundle)",
        ),
        ("sure-to-provoke", "answers.py", "one.risk * stake[one.provokes]", "stake[one.provokes]"),
        # rules
        (
            "programmes-by-the-step",
            "rules.py",
            'shift = shift + change * q["salience"][k]',
            'shift = shift + by * world.step[k] * q["salience"][k]',
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
            "((by < 0) | (after <= bounds[k, p]))",
            "(after <= bounds[k, p])",
        ),
        ("no-way-back-from-a-tilt", "rules.py", "np.maximum(bound, np.abs(tilt))", "bound"),
        ("both-poles-alike", "rules.py", "up[second] &= falls", "up[second] &= rises"),
        # programmes, flows
        (
            "no-weight-of-memory",
            "programmes.py",
            'whole ** q["concentration"][k, columns] * share',
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
            'np.exp(0.5 * q["gravity"][k]',
            'np.exp(q["gravity"][k]',
        ),
        # recorder, measures, insurance
        (
            "gifts-are-no-orders",
            "recorder.py",
            "TIV_UNIT * bundle[k][:, None] * taken",
            "0.0 * bundle[k][:, None] * taken",
        ),
        (
            "broken-after-three-quarters",
            "recorder.py",
            "self._rounds_outside == ROUNDS_A_YEAR)",
            "self._rounds_outside == 3)",
        ),
        ("certain-of-the-last", "insurance.py", "sure[0] = 1.0", "sure[-1] = 1.0"),
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
"""Faults that somebody might make."""

if __name__ == "__main__":
    planted.FAULTS = FAULTS
    sys.exit(planted.main())
