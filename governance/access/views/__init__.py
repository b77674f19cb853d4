"""The screens of access: who there is, who may do what, and how a person wants the site to look."""
