"""The countries that an event may name (design, section 1: ISO 3166-1 alpha-3)."""

from __future__ import annotations

import pycountry

from ledger.events.countries import COUNTRY_NAMES


def test_every_code_of_the_standard_may_be_named() -> None:
    codes = {country.alpha_3 for country in pycountry.countries}
    assert len(codes) > 240
    assert codes - COUNTRY_NAMES.keys() == set()


def test_no_code_may_be_named_that_the_standard_neither_has_nor_had() -> None:
    codes = {country.alpha_3 for country in [*pycountry.countries, *pycountry.historic_countries]}
    assert COUNTRY_NAMES.keys() - codes == set()


def test_every_country_has_a_name_of_its_own() -> None:
    assert all(name == name.strip() and name for name in COUNTRY_NAMES.values())
    assert len(set(COUNTRY_NAMES.values())) == len(COUNTRY_NAMES)


def test_countries_are_listed_by_their_code() -> None:
    assert list(COUNTRY_NAMES) == sorted(COUNTRY_NAMES)


def test_the_countries_of_the_shipped_record_have_names_that_people_know() -> None:
    assert [COUNTRY_NAMES[code] for code in ("JPN", "KOR", "USA")] == [
        "Japan",
        "Republic of Korea",
        "United States",
    ]
