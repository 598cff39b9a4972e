"""The list of budget programmes that the project writes."""

from pb.programmes.service import programmes


def test_every_programme_is_named_in_both_languages_and_belongs_to_the_akims_office() -> None:
    found = programmes()
    assert len(found) == 19
    for programme in found.values():
        assert programme.administrator == "124"
        assert programme.name("kk")
        assert programme.name("ru")
        assert programme.name("en") == programme.name_ru
        assert programme.group_name("kk") != programme.group_name("ru")
        assert "…" not in programme.name_kk + programme.name_ru


def test_codes_keep_their_leading_zeros() -> None:
    assert programmes()["008"].functional_group == "07"
