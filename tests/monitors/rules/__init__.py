"""Tests of the kinds of rules: a good and a bad example each."""
