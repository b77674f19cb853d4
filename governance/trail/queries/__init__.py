"""Reads of the auditor's side of the log: what is seen, what it is about, what proves it."""
