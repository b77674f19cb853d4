"""Stories: one file an action, each test a sentence. How to use the servers: conftest.py."""
