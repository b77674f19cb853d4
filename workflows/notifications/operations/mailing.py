"""Mails go out: a notice at once, a digest once a day."""

import smtplib
from collections import defaultdict
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.errors import Permanent, Temporary
from governance.one_by_one import one_by_one
from governance.outbox.claims import Claim
from governance.outbox.operations import enqueue
from governance.sentences import sentence as _
from workflows.notifications.models import Mail, Notice
from workflows.notifications.queries import language_of, unsent, waiting_for_digest
from workflows.notifications.rendering import message_of

DIGEST_AT = time(8)


@transaction.atomic
def send_mail(claim: Claim) -> dict[str, int]:
    """Handler of `mail.send`: one mail goes out, once.

    The row is locked while the server takes it. After a crash between the two the same mail goes
    out again under the same Message-ID.

    Raises:
        Temporary: the server does not take mail now. Permanent: it refuses this address.
    """
    claim.heartbeat()
    mail = unsent(UUID(claim.payload["mail_id"]))
    if mail is None or not mail.person.active:
        return {"sent": 0}
    notices = list(mail.notices.order_by("created_at", "id"))
    message = message_of(mail, notices, language_of(mail.person_id))
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        raise Permanent(
            _("The mail server refuses the address of {name}.", name=mail.person.full_name),
            remedy=_("Correct the address of the person, then retry the job."),
        ) from refusal
    except (smtplib.SMTPException, OSError) as failure:
        raise Temporary(_("The mail server takes no mail at the moment.")) from failure
    mail.sent_at = timezone.now()
    mail.save(update_fields=["sent_at"])
    return {"sent": 1}


def send_digests() -> int:
    """Puts what people want once a day into one mail each, at 08:00; returns how many."""
    until = _last_digest_time()
    by_person: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id, notice_id in waiting_for_digest(until).values_list("person", "pk"):
        by_person[person_id].append(notice_id)
    return one_by_one(by_person, lambda person: _digest(person, by_person[person], until))


@transaction.atomic
def _digest(person_id: UUID, notice_ids: list[UUID], until: datetime) -> bool:
    """One a person and day, whatever the clock does."""
    mail, new = Mail.objects.get_or_create(person_id=person_id, day=until.date())
    if not new:
        return False
    Notice.objects.filter(pk__in=notice_ids, mail=None).update(mail=mail)
    enqueue("mail.send", str(mail.pk), {"mail_id": str(mail.pk)})
    return True


def _last_digest_time() -> datetime:
    now = timezone.localtime()
    today = timezone.make_aware(datetime.combine(now.date(), DIGEST_AT))
    return today if now >= today else today - timedelta(days=1)
