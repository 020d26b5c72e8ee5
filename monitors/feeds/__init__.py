"""Cases that run elsewhere: envelopes come in, the diagram mirrors them."""
