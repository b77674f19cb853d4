"""What an auditor takes along: a verifier that shares no code with whoever writes the log."""
