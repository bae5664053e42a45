"""What is asked of scenarios and results: comparisons, indices, regions, scores, forecasts."""
