"""Names of divisions, today's and abolished ones."""

from models.divisions import division_labels, division_names


def test_a_province_a_city_a_county_and_an_abolished_county_have_names() -> None:
    names = division_names()
    assert (names["140000"], names["140100"], names["140122"]) == ("山西省", "太原市", "阳曲县")
    assert names["142201"] == "忻州市", "the county-level city of before 2000 keeps its name"
    assert division_labels()["140122"] == "阳曲县（140122）"
