"""One module a forge; none knows another."""
