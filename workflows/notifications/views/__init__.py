"""The screens of notices and of channels."""
