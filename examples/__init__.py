"""Worked examples: real data, real training, and nothing but the public client."""
