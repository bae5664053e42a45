"""The files of the quick tests, ``pytest -m quick``: some of each folder, two minutes in all.

What belongs here runs in this process, in a second or so a file, and breaks when its part breaks.
"""

QUICK = frozenset(
    {
        "agents/test_agents_menu.py",
        "calibrate/test_calibrate_likelihood.py",
        "calibrate/test_calibrate_statistics.py",
        "cli/test_cli_check.py",
        "cli/test_cli_main.py",
        "cli/test_cli_scenarios.py",
        "compiled/test_compiled_known.py",
        "discover/test_discover_boxes.py",
        "estimate/test_estimate_penalised.py",
        "evidence/test_evidence_facts.py",
        "evidence/test_evidence_provenance.py",
        "evidence/test_evidence_query.py",
        "figures/test_figures_compare.py",
        "importing/test_import_states.py",
        "model/test_choice.py",
        "model/test_events.py",
        "model/test_flows.py",
        "model/test_labels.py",
        "model/test_payoff.py",
        "model/test_programmes.py",
        "model/test_rules.py",
        "model/test_streams.py",
        "model/test_votes.py",
        "play/test_play_code.py",
        "play/test_play_texts.py",
        "reproduce/test_reproduce_experiment.py",
        "reproduce/test_reproduce_table.py",
        "results/test_results_digest.py",
        "results/test_results_tables.py",
        "scenario/test_scenario_checks.py",
        "scenario/test_scenario_compile.py",
        "scenario/test_scenario_load.py",
        "scenario/test_scenario_overrides.py",
        "scenario/test_scenario_positions.py",
        "score/test_score_rules.py",
        "score/test_score_skill.py",
        "sensitivity/test_sensitivity_noise.py",
        "serve/test_serve_questions.py",
        "sweep/test_sweep_design.py",
        "test_paired.py",
        "test_python_api.py",
        "test_quick.py",
    }
)
"""Paths below the folder of tests."""
