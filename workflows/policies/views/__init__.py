"""Policies on screens: read, drafted, put in force."""
