"""Charts: sorted, marked by more than colour, free of anything the content security policy refuses."""

from xml.etree import ElementTree as ET

from pb.web.charts import Bar, bar_chart, money_bar, wrapped

SVG = "{http://www.w3.org/2000/svg}"


def texts(chart: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(chart).iter(f"{SVG}text")]  # noqa: S314 - our own drawing


def test_bars_are_sorted_and_winners_carry_the_word() -> None:
    chart = bar_chart([Bar("Park", 3, "3 votes"), Bar("Road", 9, "9 votes", won=True)], title="Votes", won="won")
    assert texts(chart) == ["Road", "9 votes – won", "Park", "3 votes"]
    assert chart.count('class="flag"') == 1


def test_a_label_is_text_and_never_markup() -> None:
    chart = bar_chart([Bar("<script>alert(1)</script>", 1, "1")], title="<b>", envelope=2, envelope_text="<i>")
    assert "<script>" not in chart
    assert "style=" not in chart


def test_the_envelope_is_a_line_at_its_share_of_the_width() -> None:
    chart = bar_chart([Bar("Road", 30, "30"), Bar("Park", 75, "75")], title="Cost", envelope=60)
    line = next(ET.fromstring(chart).iter(f"{SVG}line"))  # noqa: S314 - our own drawing
    assert line.get("x1") == "80.00%"


def test_money_is_one_bar_with_both_its_sums_in_it() -> None:
    bar = money_bar(45, 60, title="Envelope: 60", spent_text="Spent: 45", left_text="Left: 15")
    assert texts(bar) == ["Spent: 45", "Left: 15"]
    spent = [element for element in ET.fromstring(bar).iter(f"{SVG}rect") if "won" in (element.get("class") or "")]  # noqa: S314 - our own drawing
    assert [element.get("width") for element in spent] == ["75.00%"]
    assert money_bar(0, 0, title="", spent_text="", left_text="")


def test_long_labels_break_at_words() -> None:
    lines = wrapped("Сейфуллин көшесін жөндеу және жарықтандыру жұмыстарын жүргізу")
    assert len(lines) == 2
    assert all(len(line) <= 34 for line in lines)
    assert bar_chart([], title="Nothing yet")


def test_a_word_longer_than_a_line_is_cut() -> None:
    lines = texts(bar_chart([Bar("Ж" * 120, 1, "1")], title="x"))[:-1]
    assert "".join(lines).replace(" ", "") == "Ж" * 120
    assert max(len(line) for line in lines) <= 20, "its letters may be wide ones"
