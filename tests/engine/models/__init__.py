"""Small models for the tests of the profile: one fault each."""
