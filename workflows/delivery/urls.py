"""Addresses of delivery."""

from django.urls import path

from workflows.delivery.views import retry_job

urlpatterns = [path("jobs/<uuid:job_id>/retry/", retry_job, name="retry_job")]
