"""What a person does with readings: corrects, enlarges, keeps and saves them, and sees who has checked them."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.drawing import picture
from tests.browser.filling import WORDS, fill
from tests.browser.looking import look
from tests.platform import RunningPlatform

PASSWORD = "a good password"


def give(page: Page, folder: Path, *words: str) -> None:
    """Let the page read pictures of these words."""
    page.set_input_files(".zone input[multiple]", [picture(folder / f"{word}.png", word) for word in words])
    expect(page.locator(".state")).to_contain_text(f"{len(words)} of {len(words)} read")


def test_an_alternative_is_chosen_a_picture_enlarged_and_the_list_kept_until_signing_out(
    visits: Visits, artefacts: Path, tmp_path: Path
) -> None:
    with visits.visit() as user:
        page = user.sign_in("user1").go("read")
        give(page, tmp_path, "Rue de Lyon", "Zeile")
        card = page.locator(".card.picture", has_text="Zeile.png")
        other = card.locator(".alternatives button").first
        meant = (other.get_attribute("aria-label") or "").split("“")[1].rstrip("”")
        expect(card.get_by_role("button", name=f"Correct to “{meant}”")).to_have_count(1)
        expect(card.get_by_label("What it says")).to_be_hidden()
        other.focus()
        page.keyboard.press("Enter")
        expect(card.get_by_label("What it says")).to_be_focused()
        expect(card.get_by_label("What it says")).to_have_value(meant)
        page.keyboard.press("Enter")
        expect(card.locator(".text")).to_have_text(f"Zeile {meant}")
        expect(card.locator("lh-confidence .status")).to_have_text("checked by you")

        enlarge = card.get_by_role("button", name="Show larger: Zeile.png")
        small = enlarge.bounding_box()
        enlarge.focus()
        page.keyboard.press("Enter")
        large = page.locator("dialog.enlarged img").bounding_box()
        assert small and large and large["width"] > 2 * small["width"]
        assert look(page, "wide-enlarged", artefacts) == []
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        expect(enlarge).to_be_focused()

        user.go("history")
        page = user.go("read")
        expect(page.locator(".state")).to_contain_text("2 of 2 read")
        expect(page.locator(".card.picture", has_text="Zeile.png").locator(".text")).to_have_text(f"Zeile {meant}")
        expect(page.locator(".card.picture img")).to_have_count(2)
        page.locator(".personal summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="user1").click()
        page = user.go("read")
        expect(page.locator(".zone")).to_be_visible()
        expect(page.locator(".card.picture")).to_have_count(0)
        assert user.complaints == []


def test_a_history_is_saved_as_its_filters_show_it(visits: Visits, platform: RunningPlatform, tmp_path: Path) -> None:
    with platform.client("admin1") as admin:
        account = {"name": "archivist", "password": PASSWORD, "role": "user"}
        admin.post("/users", json=account).raise_for_status()
    fill(platform, "archivist", 101 * len(WORDS), tmp_path)
    with visits.visit() as user:
        page = user.enter("archivist", PASSWORD).go("history")
        page.get_by_label("Find in the text").fill("pari")
        expect(page.locator("tbody tr").nth(6)).to_contain_text("Paris")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV").click()
        head, *lines = Path(saved.value.path()).read_text().splitlines()
        assert head == "name,text,read,confidence,decision,id,model,version" and len(lines) == 101
        assert all(line.startswith(",Paris,Paris,") for line in lines)
        page.get_by_label("Since").fill("2999-01-01")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as JSON").click()
        assert json.loads(Path(saved.value.path()).read_text()) == []
        assert user.complaints == []


def test_who_has_checked_a_reading_is_said_and_what_is_not_ones_own_leads_back(
    visits: Visits, platform: RunningPlatform, tmp_path: Path
) -> None:
    file = picture(tmp_path / "Wien.png", "Wien").read_bytes()
    with platform.client() as client, platform.client("reviewer1") as reviewer:
        own = client.post("/predict", files={"file": file}).json()["id"]
        other = reviewer.post("/predict", files={"file": file}).json()["id"]
        said = reviewer.post(f"/readings/{own}/correction", json={"text": "Wein"})
        assert said.is_success
    with visits.visit() as user, visits.visit() as second:
        page = user.sign_in("user1").go(f"reading/{own}")
        expect(page.locator("lh-confidence .status")).to_have_text("checked by a reviewer")
        expect(page.locator("lh-correcting .done")).to_have_text("Corrected by a reviewer: it says “Wein”.")
        expect(page.get_by_role("button", name="Take it back")).to_have_count(0)
        page.get_by_role("button", name="Say something else").click()
        expect(page.get_by_label("What it says")).to_have_value("Wein")
        page = user.go(f"reading/{other}")
        expect(page.get_by_role("heading", name="Reading")).to_be_visible()
        page.get_by_role("link", name="Back to: History").click()
        expect(page.locator("tbody tr", has_text="Wein").locator(".status")).to_have_text("checked by a reviewer")
        page = second.sign_in("reviewer1").go(f"reading/{own}")
        expect(page.locator("lh-confidence .status")).to_have_text("checked by you")
        assert second.complaints == []
