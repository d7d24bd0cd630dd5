"""A browser in tests: keeps cookies, says where its requests come from, sends the token of the page it looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import FIELD, HEADER, sealed_for
from tests.core.web.html import Element, parse

Fields = Mapping[str, str | Sequence[str]]


class SameOriginClient(FlaskClient):
    """A client whose unsafe requests come from a page of this portal and carry a valid token."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Sec-Fetch-Site", "same-origin")
        held = self.get_cookie(Cookie.SESSION) or self.get_cookie(Cookie.FORM)
        if held is None:
            self.set_cookie(Cookie.FORM, "test")
        with (
            self.application.app_context()
        ):  # of its own: `g` of the test around it is no part of the request
            headers.setdefault(HEADER, sealed_for(held.value if held else "test"))
            return super().open(*args, headers=headers, **kwargs)


def save(client: FlaskClient, path: str, typed: Mapping[str, Any]) -> TestResponse:
    """Open the form at `path` and send it as a browser does: what was typed, and the form's hidden fields."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return client.post(path, data={**hidden_fields(page.text, path), **typed})


def hidden_fields(page: str, path: str) -> dict[str, str]:
    """Return the hidden fields of the form on a page that is sent to `path`."""
    here = urlsplit(path).path
    forms = [form for form in parse(page).all("form", method="post") if urlsplit(form["action"]).path == here]
    assert forms, f"no form is sent to {here}"
    return {each["name"]: each["value"] for each in forms[0].all("input", type="hidden")}


class Browser:
    """Somebody who reads pages and sends their forms, and can do nothing that stands in no form."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.client = FlaskClient(app, app.response_class)
        self.address = address
        self.response: TestResponse | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        self.response = self.client.get(path, headers=headers, environ_base={"REMOTE_ADDR": self.address})
        return self.response

    @property
    def page(self) -> Element:
        assert self.response is not None
        return parse(self.response.text)

    def submit(self, action: str, **fields: str | Sequence[str]) -> TestResponse:
        """Fill in and send the form of the present page that leads to `action`; its hidden fields go along."""
        forms = [
            form for form in self.page.all("form", method="post") if urlsplit(form["action"]).path == action
        ]
        assert forms, (
            f"no form leads to {action}; there are {[form['action'] for form in self.page.all('form')]}"
        )
        form = forms[0]
        hidden = [(each["name"], each["value"]) for each in form.all("input", type="hidden")]
        assert FIELD in dict(hidden), f"the form to {action} has no token"
        known = {each.get("name") for each in form.walk()} - {""}
        assert set(fields) <= known, f"no such field: {set(fields) - known}"
        typed = [(name, value) for name, value in hidden if name not in fields]
        for name, value in fields.items():
            typed += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return self.post(form["action"], typed)

    def post(self, path: str, fields: Sequence[tuple[str, str]] | Fields, **headers: str) -> TestResponse:
        """Send what a page of this portal would send; without the token unless it is among the fields."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).extend([value] if isinstance(value, str) else value)
        self.response = self.client.post(
            path,
            data=data,
            headers={"Sec-Fetch-Site": "same-origin", **headers},
            environ_base={"REMOTE_ADDR": self.address},
        )
        return self.response

    def post_form(self, action: str, **fields: str) -> TestResponse:
        """Press the button of the present page whose form leads to `action` and holds these hidden fields."""
        for form in self.page.all("form", method="post"):
            hidden = {each["name"]: each["value"] for each in form.all("input", type="hidden")}
            if form["action"] == action and fields.items() <= hidden.items():
                return self.post(action, hidden)
        raise AssertionError(f"no button leads to {action} with {fields}")

    def follow(self) -> TestResponse:
        """Go where the last answer leads."""
        assert self.response is not None
        assert self.response.status_code in {302, 303}, f"{self.response.status_code} leads nowhere"
        return self.get(self.response.headers["Location"])

    def sign_in(self, email: str, password: str) -> TestResponse:
        """Sign in through the page."""
        self.get("/anmelden")
        return self.submit("/anmelden", email=email, password=password)

    def cookie(self, cookie: Cookie) -> str | None:
        held = self.client.get_cookie(cookie)
        return held.value if held else None
