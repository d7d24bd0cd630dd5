"""German order and slugs."""

from __future__ import annotations

import pytest

from tenants.sorting import slugify, sort_key


def test_umlauts_sort_with_their_base_letter_and_sz_as_double_s():
    names = ["Zülpich", "Öhringhausen", "Olpe", "Ahlen", "Äsch", "Straßburg", "Strasse"]
    assert sorted(names, key=sort_key) == [
        "Ahlen", "Äsch", "Öhringhausen", "Olpe", "Straßburg", "Strasse", "Zülpich",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Städteregion Aachen", "staedteregion-aachen"),
        ("Rhein-Sieg-Kreis", "rhein-sieg-kreis"),
        ("Sankt Augustin", "sankt-augustin"),
        ("Preußisch Oldendorf", "preussisch-oldendorf"),
        ("Köln", "koeln"),
    ],
)
def test_slugs_spell_umlauts_out(name, slug):
    assert slugify(name) == slug
