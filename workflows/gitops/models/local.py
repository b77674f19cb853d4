"""The embedded forge's own store: what GitHub or GitLab would keep on their side."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflows.gitops.models.ours import SHA1, PullRequestState


class StatusState(models.TextChoices):
    """The outcomes of a commit status."""

    PENDING = "pending", _("Pending")
    SUCCESS = "success", _("Passed")
    FAILURE = "failure", _("Failed")


class LocalPullRequest(models.Model):
    """A pull request in the embedded forge.

    Two open ones for the same branch are possible, as on the weakest real forge: what heals twins
    must not rely on the forge to refuse them.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    repository = models.CharField(_("repository"), max_length=200)
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=255)
    body = models.TextField(_("body"), blank=True, default="")
    head_branch = models.CharField(_("branch"), max_length=200)
    head_sha = models.CharField(_("head"), max_length=SHA1)
    base_branch = models.CharField(_("base branch"), max_length=100)
    state = models.CharField(
        _("state"), max_length=8, choices=PullRequestState, default=PullRequestState.OPEN
    )
    created_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_local_pull_requests",
    )
    merge_commit = models.CharField(_("merge commit"), max_length=SHA1, blank=True, default="")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=200, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["repository", "number"]
        verbose_name = _("local pull request")
        verbose_name_plural = _("local pull requests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="local_pull_request_number_once", fields=["repository", "number"]
            ),
            models.CheckConstraint(
                name="local_pull_request_state_known",
                condition=Q(state__in=PullRequestState.values),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="local_pull_request_by_head", fields=["repository", "head_branch"])
        ]

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"


class LocalComment(models.Model):
    """A remark under a pull request of the embedded forge."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    pull_request = models.ForeignKey(
        LocalPullRequest, on_delete=models.PROTECT, related_name="comments"
    )
    author = models.CharField(_("author"), max_length=200)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text.split("\n", 1)[0]


class CommitStatus(models.Model):
    """The outcome of a check on exactly one commit of the embedded forge."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    repository = models.CharField(_("repository"), max_length=200)
    sha = models.CharField(_("commit"), max_length=SHA1)
    context = models.CharField(_("context"), max_length=100)
    state = models.CharField(_("state"), max_length=8, choices=StatusState)
    description = models.CharField(_("description"), max_length=255, blank=True, default="")
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        ordering: ClassVar = ["context"]
        verbose_name = _("commit status")
        verbose_name_plural = _("commit statuses")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="commit_status_once_a_context", fields=["repository", "sha", "context"]
            ),
            models.CheckConstraint(
                name="commit_status_state_known", condition=Q(state__in=StatusState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.context}: {self.state}"
