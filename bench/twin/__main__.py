"""``python -m bench.twin TENANT``: make the twin's tables and a user; print a token and a session."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - after setup
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from bench.twin.models import User  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
user = User.objects.create_user("bench", tenant_id=int(sys.argv[1]))
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.create()
print(json.dumps({"token": Token.objects.create(user=user).key, "session": session.session_key}))
