"""The screens that show both apps, one module a screen."""
