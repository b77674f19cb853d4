"""The read side of the outbox: claim, run the handler of the topic, complete, retry or park."""
