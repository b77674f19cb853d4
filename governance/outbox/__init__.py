"""Durable jobs: written with the decision that needs them, claimed by lease, finished once."""
