"""Process models as data: one folder per administrative system."""
