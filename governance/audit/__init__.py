"""The log: every act leaves an entry here that an outsider can check without trusting the server.

An operation calls `operations.record` inside its own transaction; a worker gives the entry its
place in the Merkle tree and signs a checkpoint seconds later; `verify` recomputes all of it.
This subject knows no other: subjects are a type word and an id. docs/audit-log.md tells more.
"""
