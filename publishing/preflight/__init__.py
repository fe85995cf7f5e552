"""Preflight (预检): what a text or a file holds that must not go out, found before it is published.

``inspection.inspect`` gives the findings of an item, ``inspection.obstacles`` those that keep it from the public page.
Content apps say in ``registry`` what of theirs visitors read and add checks of their own; `docs/preflight.md` has the
list of checks, with their ids and levels.
"""
