"""The screens of the log: entries and proofs, exports, and the means to verify them elsewhere."""
