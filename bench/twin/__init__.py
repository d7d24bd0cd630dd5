"""A peer's twin: the list of plans as Django 5.2 and Django REST framework make it, with a tenant column.

What somebody would write who starts with the framework's defaults: its middleware, users, sessions and tokens, a view
from the shelf, no row-level security and no signature to check. It reads the same rows of the same table, over
connections that stay open. Its requirements are not KIMHub's: ``pip install -r bench/twin/requirements.txt``.
"""
