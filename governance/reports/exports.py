"""A report as plain JSON, and the names that SAS gives to its measures. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from governance.reports.tables import sas_name

Payload = Mapping[str, Any]


def as_json(
    payload: Payload, *, digest: str, version: str, champion: str, original: str = ""
) -> str:
    """Write everything that was measured; `payload` is what `digest` was taken of."""
    told = {
        "version": version,
        "champion": champion or None,
        "retrained_from": original or None,
        "digest": digest,
        "sas": {part: sas_statistics(payload, part) for part in ("challenger", "champion")},
        "payload": payload,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def sas_statistics(payload: Payload, part: str) -> dict[str, str]:
    """Give one model's measures as decimal strings, by the names that SAS gives to them."""
    return {
        name: line[part]
        for line in payload["metrics"]
        if line[part] is not None and (name := sas_name(payload, line["metric"]))
    }
