"""The template of the Förderskizze: whatever it suggests says where it comes from and whether anybody verified it."""

from __future__ import annotations

from kimhub.applications.template import section_templates, sections_for, template_of
from tenants import TenantKind


def test_every_section_says_what_belongs_there_and_where_that_stands():
    for section in section_templates():
        assert section.heading
        assert section.hint.endswith((".", "?"))
        assert isinstance(section.verified, bool)
        assert len(section.source) > 10


def test_keys_are_unique_and_name_their_section():
    keys = [section.key for section in section_templates()]
    assert len(set(keys)) == len(keys)
    assert [template_of(key).key for key in keys] == keys
    assert template_of("") is None


def test_what_no_source_names_as_a_section_is_unverified():
    assert not template_of("ziele").verified
    assert template_of("integrationsgremium").verified


def test_only_a_kreis_writes_about_its_gemeinden():
    assert "gemeinden" in {section.key for section in sections_for(TenantKind.KREIS)}
    for kind in (TenantKind.KREISFREIE_STADT, TenantKind.GEMEINDE):
        assert "gemeinden" not in {section.key for section in sections_for(kind)}
