"""What was done about a promotion: the change set, and the pull request as last read."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.scopes import Scope

SHA1 = 40


class PullRequestState(models.TextChoices):
    """The three states every forge knows."""

    OPEN = "open", _("Open")
    MERGED = "merged", _("Merged")
    CLOSED = "closed", _("Closed")


class ChangeSet(models.Model):
    """The files and the message of a promotion, stored once so that every retry does the same.

    `files` is a list of `{path, text}`; a text of null removes the file.
    """

    scope: ClassVar[str] = "promotion__version__model"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    promotion = models.OneToOneField(
        "workflows.Promotion", on_delete=models.PROTECT, related_name="change_set"
    )
    base_commit = models.CharField(_("base commit"), max_length=SHA1)
    branch = models.CharField(_("branch"), max_length=200)
    title = models.CharField(_("title"), max_length=255)
    body = models.TextField(_("body"))
    commit_message = models.TextField(_("commit message"))
    author_time = models.DateTimeField(_("author time"))
    files = models.JSONField(_("files"))
    expected_head = models.CharField(_("expected head"), max_length=SHA1)
    prepared_at = models.DateTimeField(_("prepared"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("change set")
        verbose_name_plural = _("change sets")

    def __str__(self) -> str:
        return self.branch


class PullRequest(models.Model):
    """A pull request of ours as last read from its forge."""

    scope: ClassVar[str] = "promotion__version__model"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    promotion = models.OneToOneField(
        "workflows.Promotion", on_delete=models.PROTECT, related_name="pull_request"
    )
    forge = models.CharField(_("forge"), max_length=40)
    repository = models.CharField(_("repository"), max_length=200)
    number = models.PositiveIntegerField(_("number"))
    url = models.CharField(_("address"), max_length=500)
    state = models.CharField(
        _("state"), max_length=8, choices=PullRequestState, default=PullRequestState.OPEN
    )
    head_sha = models.CharField(_("head"), max_length=SHA1)
    base_branch = models.CharField(_("base branch"), max_length=100)
    merge_sha = models.CharField(_("merge commit"), max_length=SHA1, blank=True, default="")
    merged_by = models.CharField(_("merged by"), max_length=200, blank=True, default="")
    merged_by_person = models.ForeignKey(
        "governance.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_pull_requests",
    )
    opened_at = models.DateTimeField(_("opened"))
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read"), default=timezone.now)
    # What the forge did not do of the target's wishes: [{wish, text}].
    unfulfilled = models.JSONField(_("unfulfilled wishes"), default=list)

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        verbose_name = _("pull request")
        verbose_name_plural = _("pull requests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="pull_request_number_once", fields=["forge", "repository", "number"]
            ),
            models.CheckConstraint(
                name="pull_request_state_known", condition=Q(state__in=PullRequestState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"

    def access_scope(self) -> Scope:
        """A pull request is looked after where its version is."""
        return self.promotion.access_scope()


class ForgeTurn(models.Model):
    """When the next change may be asked of a host: the place where all workers take turns.

    Times are the database's own clock.
    """

    host = models.CharField(max_length=255, primary_key=True)
    next_at = models.DateTimeField()

    class Meta:
        verbose_name = _("turn at a forge")
        verbose_name_plural = _("turns at forges")

    def __str__(self) -> str:
        return self.host
