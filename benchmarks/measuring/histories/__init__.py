"""Histories that others keep of a change: a Django site of its own, run where they are installed.

`python -m histories DATABASE_URL` prints one JSON object: by peer, how many times as long a
`save()` takes as that of a model which nobody follows, both in a transaction.
"""
