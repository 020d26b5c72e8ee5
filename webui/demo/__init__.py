"""The synthetic city: a seeded plan of cases with planted faults, and what plays it through the real commands."""
