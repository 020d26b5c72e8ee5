"""What a diagram may hold: one file per family of faults, each fault in Chinese and English."""
