"""What a voter does at the voting page, step by step; and ballots that its script makes alone."""

from playwright.sync_api import Page, expect

KAZAKH = {
    "Choose projects": "Жобаларды таңдаңыз",
    "Check your ballot": "Бюллетеньді тексеріңіз",
    "Vote: your IIN and your code": "Дауыс беру: ЖСН және код",
}


def with_check_digit(digits: str) -> str:
    for shift in (0, 2):
        total = sum(int(digit) * ((i + shift) % 11 + 1) for i, digit in enumerate(digits)) % 11
        if total < 10:
            return digits + str(total)
    raise AssertionError(digits)


IIN = with_check_digit("85010115001")


def heading(page: Page, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)
    expect(page.locator("[data-step]:visible")).to_have_count(1)


def sign_in(page: Page, code: str, iin: str = IIN) -> None:
    page.get_by_label("IIN").fill(iin)
    page.get_by_label("Code on your card").fill(code)
    page.get_by_role("button", name="Continue").click()


def choose(page: Page, *indices: int) -> None:
    heading(page, "Choose projects")
    for index in indices:
        page.locator(f"input[data-index='{index}']").check()
    page.get_by_role("button", name="Continue").click()


def vote(page: Page, address: str, code: str, *indices: int) -> None:
    page.goto(address)
    sign_in(page, code)
    choose(page, *indices)
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")


def ballot(page: Page, election: str, secret: int, votes: list[int]) -> list[str]:
    """A ballot made by belenios.js alone, with its tracker."""
    made: list[str] = page.evaluate(
        """async ([raw, secret, votes]) => {
            const { Election } = await import('/static/js/belenios.js')
            return new Election(raw).ballot(BigInt(secret), [votes])
        }""",
        [election, str(secret), votes],
    )
    return made
