"""Analyses of scenarios and results: comparisons, sensitivities, regions, scores, forecasts."""
