"""The same models under guardian's own tables, as a Django app that only benchmarks install."""
