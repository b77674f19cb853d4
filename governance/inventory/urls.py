"""Addresses of the inventory that change it."""

from django.urls import path

from governance.inventory.views import register_model

urlpatterns = [path("models/register/", register_model, name="register_model")]
