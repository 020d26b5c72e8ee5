"""What becomes of a timer row."""

ARMED, SUSPENDED, FIRED, CANCELLED, SKIPPED = "armed", "suspended", "fired", "cancelled", "skipped"
