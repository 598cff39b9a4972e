"""The subject of a mail comes back letter by letter from whatever reads mail."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from pb.identity.service import outbox
from pb.notices.service import carriers
from pb.settings import Settings

LETTERS = "абвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяӘҒҚҢӨҰҮІ№–«»…abcXYZ0123456789 .,:?!()=_-"
subjects = st.text(LETTERS, min_size=1, max_size=150).map(str.strip).filter(bool)


def read(message: EmailMessage) -> set[str]:
    """The subject as an old and as a new program reads it."""
    raw = message.as_bytes()
    assert max(map(len, raw.partition(b"\n\n")[0].splitlines())) <= 78
    old = make_header(decode_header(message_from_bytes(raw)["Subject"]))
    return {str(old), str(message_from_bytes(raw, policy=policy.default)["Subject"])}


@given(subjects)
@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_no_letter_and_no_blank_of_a_subject_is_lost(settings: Settings, subject: str) -> None:
    """Played: «поступило ваппарат акима»: a blank stood between two encoded words, and every program dropped it."""
    parcel = carriers.Parcel(UUID(int=1), "author@example.kz", subject, "Мәтін", "https://asar.kz/u/1")
    assert read(carriers.letter(settings, parcel)) == {subject}


@pytest.mark.parametrize("title", ["ә" * length for length in range(1, 75)])
def test_nor_of_a_letter_to_staff(title: str) -> None:
    message = EmailMessage(policy=outbox.Letters())
    message["Subject"] = subject = f"№ 7 {title}: Предложение поступило в аппарат акима."
    message.set_content("Мәтін")
    assert read(message) == {subject}
