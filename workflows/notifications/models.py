"""What somebody was told, what was mailed of it, and what they want mailed at all."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person, Portfolio
from governance.sentences import recalled
from workflows.notifications.labels import KINDS, KindWords


class Kind(models.TextChoices):
    """What a notice is about; people choose by kind what is mailed."""

    TASK = "task", KINDS["task"].title
    REMINDER = "reminder", KINDS["reminder"].title
    OVERDUE = "overdue", KINDS["overdue"].title
    ESCALATED = "escalated", KINDS["escalated"].title
    MOVED = "moved", KINDS["moved"].title
    EXPIRED = "expired", KINDS["expired"].title
    ALERT = "alert", KINDS["alert"].title
    REVIEW = "review", KINDS["review"].title
    EMERGENCY = "emergency", KINDS["emergency"].title
    MENTION = "mention", KINDS["mention"].title


class When(models.TextChoices):
    """When mail goes out."""

    IMMEDIATELY = "immediately", _("at once")
    DAILY = "daily", _("daily at 08:00")
    OFF = "off", _("never")


class Mail(models.Model):
    """One mail to one person: a notice at once, or the digest of a day. It goes out once.

    Its id stands in its Message-ID, so that a mail sent again after a crash is recognised.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # The day of a digest; empty for a mail with one notice.
    day = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="one_digest_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day or ''}"


class Notice(models.Model):
    """One person was told of one event, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    # What happened, by name and row; the same event never tells the same person twice.
    event = models.CharField(max_length=120)
    # Sentences, so that they are read in the reader's language.
    kept_title = models.TextField()
    kept_text = models.TextField(blank=True)
    kept_reason = models.TextField(blank=True)
    link = models.CharField(max_length=300)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # What the person wanted when it was made.
    mailing = models.CharField(max_length=12, choices=When)
    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event"], name="told_once"),
            models.CheckConstraint(name="notice_kind", condition=Q(kind__in=Kind.values)),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(read_at__isnull=True), name="unread_by_person"
            ),
            models.Index(
                fields=["person", "created_at"],
                condition=Q(mailing="daily", mail__isnull=True),
                name="notices_for_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> KindWords:
        """What its kind is called on a screen."""
        return KINDS[self.kind]

    @property
    def title(self) -> str:
        """What happened, in the reader's language."""
        return str(recalled(self.kept_title))

    @property
    def text(self) -> str:
        """What it means, in the reader's language."""
        return str(recalled(self.kept_text))

    @property
    def reason(self) -> str:
        """Why this person is told, in the reader's language."""
        return str(recalled(self.kept_reason))


class Channel(models.Model):
    """A place outside where notices of cases go: a webhook, or a channel of Teams.

    Address and secret are encrypted (`sealing`); an address of Teams is itself a secret.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("Webhook, signed JSON")
        TEAMS = "teams", _("Teams, Adaptive Card")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    host = models.CharField(max_length=255)
    sealed_address = models.TextField(editable=False)
    sealed_secret = models.TextField(editable=False, blank=True, default="")
    # Of one portfolio, or of all.
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The kinds of notices that it takes.
    events = models.JSONField(default=list)
    language = models.CharField(max_length=5, blank=True)
    active = models.BooleanField(default=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    sent = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def error(self) -> str:
        """What went wrong last, in the reader's language."""
        return str(recalled(self.last_error))


class Posting(models.Model):
    """One event that a channel was told, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="postings")
    event = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind)
    kept_title = models.TextField()
    kept_text = models.TextField(blank=True)
    link = models.CharField(max_length=300)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.UniqueConstraint(fields=["channel", "event"], name="posted_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What happened, in the reader's language."""
        return str(recalled(self.kept_title))

    @property
    def text(self) -> str:
        """What it means, in the reader's language."""
        return str(recalled(self.kept_text))


class MailPreference(models.Model):
    """When one person wants mail about one kind of notice."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    when = models.CharField(max_length=12, choices=When)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_preference_a_kind"),
            models.CheckConstraint(name="preference_when", condition=Q(when__in=When.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.when}"


class MailLanguage(models.Model):
    """The language in which one person is written to; without a row, that of their account."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    language = models.CharField(max_length=5)

    class Meta:
        verbose_name = _("language of mails")
        verbose_name_plural = _("languages of mails")

    def __str__(self) -> str:
        return self.language


class CalendarFeed(models.Model):
    """The secret address of one person's deadlines, for a calendar; only its hash is kept."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.person_id)
