"""Two more views on the table of registered models: each with guardian's rows kept another way."""

import uuid

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class PeerModel(models.Model):
    """A registered model as far as a list shows it; the rows are the product's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    portfolio_id = models.UUIDField()
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    description = models.TextField()
    kind = models.CharField(max_length=12)
    tier = models.PositiveSmallIntegerField()
    owner_id = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class GenericPeer(PeerModel):
    """guardian as it comes: one table for every kind of thing, keys kept as text."""

    class Meta:
        app_label = "peers"
        managed = False
        db_table = "governance_registeredmodel"


class DirectPeer(PeerModel):
    """guardian with direct keys: tables of this kind's own."""

    class Meta:
        app_label = "peers"
        managed = False
        db_table = "governance_registeredmodel"


class DirectPeerUserPermission(UserObjectPermissionBase):
    """What one account may do to one model."""

    content_object = models.ForeignKey(DirectPeer, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        app_label = "peers"


class DirectPeerGroupPermission(GroupObjectPermissionBase):
    """What one group may do to one model; guardian asks it beside the other."""

    content_object = models.ForeignKey(DirectPeer, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "peers"
