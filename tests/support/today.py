"""Heute as somebody sees it: what stands in which part, in order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from kimhub.desk.queries import Group
from tenants import Actor
from tests.core.web.html import Element
from tests.support.reader import reading


@dataclass(frozen=True)
class Line:
    """A thing to do: the words of its link, whom it concerns, its day, its address and that of its step."""

    what: str
    whom: str
    when: str
    url: str
    step: str
    step_url: str


def heute(app: Flask, actor: Actor) -> dict[Group, list[Line]]:
    """Return what stands on the actor's Heute, by part; parts without anything are left out."""
    with reading(app, actor) as reader:
        seen = reader.open(f"/t/{actor.tenant_slug}/")
    assert seen.status == 200
    return {
        Group(section.one("h2").text.rsplit(" ", 1)[0]): [
            _line(item) for item in section.all("li", "kh-todo")
        ]
        for section in seen.page.one("main").all("section", "kh-section")
        if section.all("li", "kh-todo")
    }


def urls(app: Flask, actor: Actor, *groups: Group) -> list[str]:
    """Return the addresses in some parts, or in all."""
    return [
        line.url
        for group, lines in heute(app, actor).items()
        if not groups or group in groups
        for line in lines
    ]


def _line(item: Element) -> Line:
    what, step = item.one(class_="kh-todo__what").one("a"), item.one("a", "kh-todo__step")
    whom = "".join(span.text for span in item.all("span", "kh-todo__whom"))
    return Line(what.text, whom, item.one("p", "kh-todo__when").text, what["href"], step.text, step["href"])
