"""Countries as people call them, and their public holidays."""

from datetime import date

import pytest

from bot.countries import codes, find_country, near_countries, public_holidays


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("deu", "DE"),
        (" germany ", "DE"),
        ("United  States", "US"),
        ("uk", "GB"),
        ("de-by", "DE-BY"),
        ("usa-CA", "US-CA"),
        ("Guinea Bissau", "GW"),
        ("DE-XX", None),
        ("XX", None),
        ("", None),
        ("-", None),
        ("DE-BY-", None),
    ],
)
def test_a_country_is_found_however_it_is_called(typed: str, code: str | None) -> None:
    assert find_country(typed) == code


@pytest.mark.parametrize(
    ("typed", "near"), [("germny", "DE"), ("swizerland", "CH"), ("DE-XX", "DE-BB"), ("zzzzzz", None)]
)
def test_what_may_have_been_meant_is_said(typed: str, near: str | None) -> None:
    assert near in near_countries(typed) if near else near_countries(typed) == ()


def test_every_country_is_found_by_its_code_and_has_holidays() -> None:
    assert len(codes()) > 200
    for code, name in codes().items():
        assert find_country(code) == find_country(name) == code


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    all_saints, unity = date(2028, 11, 1), date(2026, 10, 3)
    assert unity in public_holidays("DE")
    assert unity in public_holidays("DE-BY")
    assert all_saints in public_holidays("DE-BY")
    assert all_saints not in public_holidays("DE-BE")
    with pytest.raises(KeyError):
        public_holidays("de")
