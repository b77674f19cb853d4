"""Time stamps of an authority outside (RFC 3161): that a checkpoint existed at a time.

The clock of an entry is the server's own; an authority's word on the time needs no trust in it.
`openssl ts -verify` checks an answer again, with the note of the checkpoint and the root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from governance.errors import Permanent, Temporary
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from pathlib import Path

    from rfc3161_client import TimeStampRequest, TimeStampResponse

LARGEST_ANSWER: Final = 64 * 1024
CONNECT_S, READ_S = 5.0, 15.0
GOOD: Final = 200


def time_stamped(note: bytes, url: str, roots: Path | None) -> tuple[str, bytes]:
    """Have a note stamped; says where and when in words, and the answer as it came.

    The answer is checked before it is believed: imprint, nonce, signature, and its certificate
    under one of the `roots` (a file in PEM form).

    Raises:
        Temporary: the authority cannot be reached. Permanent: its answer does not hold, or there
            are no roots to hold it against.
    """
    builder = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
    query = builder.cert_request(cert_request=True).build()
    answer = _asked(url, query.as_bytes())
    try:
        response = decode_timestamp_response(answer)
        _check(response, query, note, roots)
    except (ValueError, VerificationError) as error:
        raise Permanent(
            _("The time stamp of {url} does not hold: {why}.", url=url, why=str(error)),
            remedy=_("Check ANCHOR_TSA and the certificates in ANCHOR_TSA_ROOTS."),
        ) from error
    told = response.tst_info
    return f"{url} {told.gen_time:%Y-%m-%dT%H:%M:%SZ} #{told.serial_number}"[:500], answer


def _check(
    response: TimeStampResponse, query: TimeStampRequest, note: bytes, roots: Path | None
) -> None:
    if roots is None:
        message = "there is no root to hold it against"
        raise ValueError(message)
    verifier = VerifierBuilder.from_request(query)
    for root in load_pem_x509_certificates(roots.read_bytes()):
        verifier = verifier.add_root_certificate(root)
    verifier.build().verify_message(response, note)


def _asked(url: str, query: bytes) -> bytes:
    """The authority's answer. The address is the operator's own, from the settings."""
    pool = PoolManager(retries=False, timeout=Timeout(connect=CONNECT_S, read=READ_S))
    headers = {"Content-Type": "application/timestamp-query", "User-Agent": "Foureyes"}
    try:
        answer = pool.request(
            "POST", url, body=query, headers=headers, redirect=False, preload_content=False
        )
        content = answer.read(LARGEST_ANSWER + 1)
        answer.release_conn()
    except (HTTPError, OSError) as error:
        raise _away(url, str(error)) from error
    finally:
        pool.clear()
    if answer.status != GOOD or len(content) > LARGEST_ANSWER:
        raise _away(url, str(answer.status))
    return content


def _away(url: str, why: str) -> Temporary:
    return Temporary(
        _("The time-stamp authority {url} gives no stamp: {why}.", url=url, why=why[:300]),
        remedy=_("Check ANCHOR_TSA, and that this machine may connect there."),
    )
