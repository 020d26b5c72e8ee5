"""Tests of what the violation process does to the tables."""
