"""The case digest: the one value that a decision binds to. Pure.

SHA-256 over the RFC 8785 form of all that a signer relies on. What changes it makes decisions
stale; an equal re-run of a gate does not, since no run id and no time is in it.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785

FORMAT = 1
SCHEME = "foureyes-case"


def case_digest(parts: Mapping[str, Any]) -> str:
    """64 hex digits over the parts of a case.

    `parts` holds plain JSON: artefacts, schema, parameters, evidence, findings, gates,
    comparison, champion, policy and route; for `approve` also the validation.
    """
    form = {"scheme": SCHEME, "format": FORMAT, **parts}
    return sha256(rfc8785.dumps(form)).hexdigest()
