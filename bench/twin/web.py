"""The list of plans as JSON and as a page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.urls import path
from django.views.generic import ListView
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import ModelSerializer

from bench.twin.models import Plan

PAGE = 50


def plans_of(request: Any) -> QuerySet[Plan]:
    """Return the plans of the user's tenant that are not put away."""
    return Plan.objects.filter(tenant_id=request.user.tenant_id, archived_at=None)


class PlanSerializer(ModelSerializer):
    """A plan in the list."""

    class Meta:
        """The same as KIMHub's API gives."""

        model = Plan
        fields = ("id", "title", "version", "changed_at")


class LatestFirst(CursorPagination):
    """Keyset, as KIMHub's."""

    page_size = PAGE
    ordering = ("-changed_at", "-id")


class PlanList(ListAPIView):
    """As JSON."""

    serializer_class = PlanSerializer
    pagination_class = LatestFirst

    def get_queryset(self) -> QuerySet[Plan]:
        """Return the plans of the tenant."""
        return plans_of(self.request)


class PlanPage(LoginRequiredMixin, ListView):
    """As a page."""

    template_name = "plans.html"
    paginate_by = PAGE

    def get_queryset(self) -> QuerySet[Plan]:
        """Return the plans of the tenant."""
        return plans_of(self.request).order_by("-changed_at", "-id")


urlpatterns = [
    path("api/plans", PlanList.as_view()),
    path("plaene", PlanPage.as_view(), name="plans"),
    path("plaene/<uuid:plan_id>", PlanPage.as_view(), name="plan"),
]
