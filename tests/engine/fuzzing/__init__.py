"""Expressions and models bent at random: a declared error, or what they say is done; in time, and nothing else is touched."""
