"""Tests of the yearly assessment."""
