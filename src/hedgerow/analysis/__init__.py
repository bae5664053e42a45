"""What is asked of scenarios and results: comparisons, sensitivities, regions, scores, forecasts."""
