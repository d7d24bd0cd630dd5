"""The chart: told apart without colour, told in words, and harmless in a page."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from kimhub.reports.types.finanzierungsuebersicht.chart import cost_split

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def svg(koeln):
    return cost_split(koeln)


def test_the_picture_carries_title_and_text_alternative(svg):
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    title, description = (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert (
        "2023: Gesamtkosten 83.349,05 €, davon Zuwendung 0,00 € und Eigenanteil 83.349,05 €"
        in description.text
    )


def test_the_parts_differ_by_pattern_and_every_bar_is_labelled(svg):
    assert svg.count('fill="url(#schraffur)"') == 4  # three years and the legend
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert "Zuwendung 843.100,00 € + Eigenanteil 241.859,00 € = Gesamtkosten 1.084.959,00 €" in texts
    assert "1.000.000 €" in texts


def test_bars_are_as_long_as_their_amounts(svg):
    lengths = [float(length) for length in re.findall(r'd="M[\d.]+,[\d.]+h([\d.]+)v17', svg)]
    grant_2021, own_2021, grant_2022, own_2022, grant_2023, own_2023 = lengths
    assert own_2022 / grant_2022 == pytest.approx(241859 / 843100, rel=1e-3)
    assert (grant_2021 + own_2021) / (grant_2022 + own_2022) == pytest.approx(518400 / 1084959, rel=1e-3)
    assert grant_2023 == 0
    assert own_2023 > 0


def test_the_picture_holds_no_script_no_style_and_no_address(svg):
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {"script", "style", "image", "foreignObject", "a"}
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert "http" not in value


def test_texts_of_the_plan_cannot_break_out_of_the_picture(koeln):
    sly = replace(koeln, plan_name='<script>alert(1)</script>&"')
    root = ET.fromstring(cost_split(sly))
    assert root.find(f"{SVG}title").text.endswith('<script>alert(1)</script>&"')
