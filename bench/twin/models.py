"""A user of one tenant, and the plans as KIMHub keeps them."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A user; the tenant column of all other tables is compared with theirs."""

    tenant_id = models.IntegerField()


class Plan(models.Model):
    """A row of KIMHub's own table."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.IntegerField()
    title = models.TextField()
    version = models.IntegerField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        """Nothing creates or changes the table."""

        managed = False
        db_table = "financing_plan"

    def __str__(self) -> str:
        """Return what it is called."""
        return self.title
