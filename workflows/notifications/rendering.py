"""A mail in both forms, HTML and text, in the language of the person.

It carries a link and the facts, and never a button that decides.
"""

from collections.abc import Sequence
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from workflows.notifications.models import Mail, Notice

LONGEST_SUBJECT = 150


def message_of(mail: Mail, notices: Sequence[Notice], language: str) -> EmailMultiAlternatives:
    """The mail with these notices, ready to be sent."""
    with override(language):
        context = {
            "mail": mail,
            "notices": notices,
            "one": notices[0] if mail.day is None else None,
            "language": language,
            "site_url": settings.SITE_URL,
            "preferences_url": settings.SITE_URL + reverse("mail_preferences"),
            "notices_url": settings.SITE_URL + reverse("notices"),
        }
        message = EmailMultiAlternatives(
            subject=_subject(mail, notices),
            body=render_to_string("workflows/notifications/mail/mail.txt", context),
            to=[formataddr((mail.person.full_name, mail.person.email))],
            headers={
                "Message-ID": f"<{mail.pk}@foureyes>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": language,
            },
        )
        html = render_to_string("workflows/notifications/mail/mail.html", context)
    message.attach_alternative(html, "text/html")
    return message


def _subject(mail: Mail, notices: Sequence[Notice]) -> str:
    """On one line: what was typed elsewhere must not begin a header of its own."""
    if mail.day is None:
        words = notices[0].title
    else:
        number = len(notices)
        words = ngettext("{number} notice", "{number} notices", number).format(number=number)
        words = _("Foureyes, your day: {words}").format(words=words)
    return " ".join(words.split())[:LONGEST_SUBJECT]
