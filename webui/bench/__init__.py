"""Benchmarks: ours and SpiffWorkflow as it comes, measured in turns in one run, compared by CPU time."""
