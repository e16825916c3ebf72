"""What a person does with readings: corrects, enlarges, keeps and saves them, and sees who has checked them.

The review queue comes first, while few readings wait: it is gone through to its end.
"""

import json
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.drawing import picture, scribble
from tests.browser.filling import WORDS, fill
from tests.browser.looking import look
from tests.platform import RunningPlatform

PASSWORD = "a good password"
AGAIN = """document.querySelector("lh-correcting").after(
  Object.assign(document.createElement("p"), { className: "again" }))"""
FIRST_MS = 120_000  # the very first correction waits until the pictures of others have been read


def give(page: Page, folder: Path, *words: str) -> None:
    """Let the page read pictures of these words."""
    page.set_input_files(".zone input[multiple]", [picture(folder / f"{word}.png", word) for word in words])
    expect(page.locator(".state")).to_contain_text(f"{len(words)} of {len(words)} read")


def test_a_reviewer_sees_how_many_wait_goes_through_the_skipped_again_and_finds_the_buttons_at_their_place(
    visits: Visits, platform: RunningPlatform, artefacts: Path
) -> None:
    with platform.client() as client:
        for number in range(40, 44):
            sent = client.post("/predict", files={"file": scribble(number)}, data={"task": "character"})
            assert sent.json()["decision"] == "review"
    with visits.visit() as reviewer:
        page = reviewer.sign_in("reviewer1").go("review")
        desk, tally = page.locator(".desk-card"), page.locator(".page .row > [role=status]")
        send = page.get_by_role("button", name="It says this")
        waiting = int(tally.inner_text().split("· ")[1].split()[0])
        assert waiting >= 4
        drawn = desk.locator("img")
        assert look(page, "wide-review", artefacts) == []
        box, own = drawn.bounding_box(), drawn.evaluate("image => image.naturalHeight")
        assert box and box["height"] > 250 and own < box["height"] <= 4 * own + 1
        page.keyboard.press("Enter")
        expect(tally).to_contain_text("1 looked at")
        expect(tally).to_contain_text(f"{waiting - 1} wait")
        places = set[float]()
        for place in range(waiting - 1):
            expect(desk.locator("img")).to_be_visible()
            places.add((send.bounding_box() or {"y": -1.0})["y"])
            seen = desk.get_attribute("data-reading") or ""
            page.keyboard.press("Tab")
            if place < waiting - 2:
                expect(desk).not_to_have_attribute("data-reading", seen)
        assert len(places) == 1
        expect(desk.get_by_role("heading")).to_have_text(f"Skipped: {waiting - 1}. Nothing else waits.")
        assert look(page, "wide-skipped", artefacts) == []
        page.get_by_role("button", name="Go through the skipped ones again").click()
        expect(send).to_be_visible()
        expect(tally).to_contain_text(f"{waiting - 1} wait")
        page, status = reviewer.go("history"), page.locator("lh-confidence .status")
        page.get_by_label("Decision").select_option("please check")
        expect(page.locator("lh-confidence .status.checked")).to_have_count(0)
        expect(status).not_to_have_count(0)
        assert set(status.all_inner_texts()) == {"please check"}
        page.get_by_label("Corrected").select_option("corrected")
        expect(status.first).to_have_text("checked by you")
        assert reviewer.complaints == []


def test_an_alternative_is_chosen_a_picture_enlarged_and_the_list_kept_until_signing_out(
    visits: Visits, platform: RunningPlatform, artefacts: Path, tmp_path: Path
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
        with platform.client() as client:  # meanwhile, elsewhere
            (street,) = [one for one in client.get("/readings").json()["items"] if one["name"] == "Rue de Lyon.png"]
            client.post(f"/readings/{street['id']}/correction", json={"text": "Rue de Lyon 7"}).raise_for_status()
        page = user.go("read")
        expect(page.locator(".state")).to_contain_text("2 of 2 read")
        expect(page.locator(".card.picture", has_text="Rue de Lyon.png")).to_contain_text("Rue de Lyon 7")
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
        assert head == "\ufeffname,text,read,confidence,decision,checked,id,model,version" and len(lines) == 101
        assert all(line.startswith("Paris.png,Paris,Paris,") for line in lines)
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
        theirs = client.post("/predict", files={"file": picture(tmp_path / "Graz.png", "Graz").read_bytes()}).json()[
            "id"
        ]
        client.post(f"/readings/{theirs}/correction", json={"text": "Grau"}).raise_for_status()
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
        page = second.go(f"reading/{theirs}")
        expect(page.locator("lh-correcting .done")).to_have_text("Corrected by user1: it says “Grau”.")
        page.get_by_role("button", name="It is right").click()
        expect(page.locator("lh-confidence .status")).to_have_text("checked by you")
        assert second.complaints == []
    with platform.client("reviewer1") as reviewer:
        shown = reviewer.get(f"/readings/{theirs}").json()
        assert (shown["correction"]["by"], shown["correction"]["text"]) == ("reviewer1", "Grau")


def test_on_a_phone_the_surface_and_what_is_read_are_seen_together(visits: Visits) -> None:
    with visits.visit("phone", language="de-DE") as user:
        page = user.sign_in("user1").go("draw")
        user.draw([(0.35, 0.2), (0.62, 0.2), (0.45, 0.8)])
        expect(page.locator(".facts")).to_contain_text("· aufbewahrt")
        for part in ("lh-canvas", ".tools", ".reading > .text", "lh-confidence", "lh-chart"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") == 0 and user.complaints == []


def test_a_person_changes_their_password_forgets_what_was_learned_and_takes_and_erases_their_data(
    visits: Visits, platform: RunningPlatform, tmp_path: Path
) -> None:
    with platform.client("admin1") as admin:
        account = {"name": "learner", "password": PASSWORD, "role": "user"}
        admin.post("/users", json=account).raise_for_status()
    with visits.visit(language="de-DE") as user, visits.visit() as elsewhere:
        page = user.enter("learner", PASSWORD).go("account")
        sessions = page.locator(".card", has_text="Wo Sie angemeldet sind").locator("tbody tr")
        elsewhere.enter("Learner", PASSWORD)
        page.reload()
        expect(sessions).to_have_count(2)
        expect(page.locator(".scopes")).to_contain_text("Bilder lesen lassen (predict)")
        page.get_by_label("Bisheriges Passwort").fill(PASSWORD)
        new, again = page.get_by_label("Neues Passwort", exact=True), page.get_by_label("Neues Passwort noch einmal")
        expect(new).to_have_accessible_description("12 bis 256 Zeichen, nicht nur Leerzeichen.")
        for first, second, wrong in ((" " * 12, " " * 12, new), ("short", "short", new), (PASSWORD[::-1], "x", again)):
            new.fill(first)
            again.fill(second)
            page.get_by_role("button", name="Passwort ändern").click()
            assert wrong.evaluate("field => field.validity.customError")
        again.fill(PASSWORD[::-1])
        page.get_by_role("button", name="Passwort ändern").click()
        expect(page.get_by_text("Ihr Passwort ist geändert.")).to_be_visible()
        expect(sessions).to_have_count(1)

        page = user.go("read")
        page.set_input_files(".zone input[multiple]", picture(tmp_path / "Zeile.png", "Zeile"))
        page.get_by_text("Korrigieren oder bestätigen").click()
        page.get_by_label("Was da steht").fill("Zeilchen")
        page.keyboard.press("Enter")
        own = page.locator("lh-steps [data-stage=own_model]:is([data-state=done], [data-state=ended])")
        expect(own).to_be_visible(timeout=FIRST_MS)
        page = user.go("mine")
        expect(page.locator("tbody tr", has_text="Zeilchen")).to_have_count(1)
        page.get_by_role("button", name="Meine Modelle vergessen").click()
        page.get_by_label("Auch alle meine Wörter löschen").check()
        page.locator("dialog").get_by_role("button", name="Meine Modelle vergessen").click()
        expect(page.get_by_text("Noch kein eigenes Modell")).to_be_visible()
        expect(page.get_by_text("Noch keine Wörter")).to_be_visible()

        page = user.go("account")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Alles herunterladen").click()
        assert saved.value.suggested_filename == "longhand-learner.zip"
        with ZipFile(saved.value.path()) as archive:
            assert "Zeilchen" in archive.read("corrections.jsonl").decode()
        page.get_by_role("button", name="Meine Daten löschen").click()
        again = page.get_by_label("Zur Bestätigung learner eingeben")
        again.fill("lerner")
        wrong = "Geben Sie den Namen so ein, wie er oben steht."
        assert again.evaluate("field => field.validationMessage") == wrong
        again.fill("learner")
        page.locator("dialog").get_by_role("button", name="Daten löschen").click()
        expect(page.locator(".card", has_text="Ihre Daten").locator(".chip")).to_have_text("gelöscht")
        page = user.go("read")
        expect(page.locator(".zone")).to_be_visible()
        expect(page.locator(".card.picture")).to_have_count(0)
        assert user.complaints == []


def test_an_account_of_the_demonstration_with_another_password_says_what_to_do(visits: Visits, artefacts: Path) -> None:
    with visits.visit("phone") as user:
        page = user.page
        page.route("**/token", lambda route: route.continue_(post_data="username=reviewer1&password=another"))
        page.goto(user.url)
        page.get_by_role("button", name="reviewer1").click()
        error = page.locator(".accounts + .result .notice")
        expect(error).to_have_text(
            "reviewer1 has another password by now, or is disabled. Use your own password below."
        )
        assert look(page, "phone-signin", artefacts) == []


def test_an_administrator_chooses_what_the_audit_log_shows_and_reads_all_of_it_in_german(
    visits: Visits, platform: RunningPlatform
) -> None:
    with platform.client("admin1") as client:
        for call in ("POST", "DELETE"):
            account = {"name": "leaver", "password": PASSWORD, "role": "user"} if call == "POST" else None
            client.request(call, "/users" if account else "/users/leaver", json=account).raise_for_status()
    with visits.visit(language="de-DE") as admin:
        page = admin.sign_in("admin1").go("audit")
        expect(page.locator("#audit-by option[value=reviewer1]")).to_have_count(1)
        page.get_by_label("Was", exact=True).select_option("Konto gelöscht")
        expect(page.locator("tbody tr").first).to_contain_text("leaver")
        expect(page.locator("tbody code").first).to_have_text("user.deleted")
        page = admin.go("users")
        page.get_by_text("Daten eines geschlossenen Kontos löschen").click()
        page.get_by_label("Geschlossenes Konto").fill("leaver")
        page.locator("details").get_by_role("button", name="Daten löschen").click()
        page.get_by_label("Zur Bestätigung leaver eingeben").fill("leaver")
        page.locator("dialog").get_by_role("button", name="Daten löschen").click()
        expect(page.locator("lh-table").last.locator("tr", has_text="leaver")).to_contain_text("gelöscht")
        page = admin.go("read")
        expect(page.get_by_label("Eines aus einer Liste").locator("option", has_text="Medikamente")).to_have_count(1)
        page = admin.go("api")
        page.get_by_label("Aufruf suchen").fill("get /audit")
        page.locator("details.call:visible summary").click()
        expect(page.get_by_label("since (in der Abfrage)")).to_have_accessible_description(
            "von diesem Zeitpunkt an; UTC, wo keine Zone steht"
        )
        assert admin.complaints == []


def test_pictures_that_are_looked_at_first_are_sent_when_the_person_says_so(visits: Visits, tmp_path: Path) -> None:
    with visits.visit() as user:
        page, state = user.sign_in("user1").go("read"), user.page.locator(".state")
        sent = list[str]()
        page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/predict") else None)
        page.get_by_label("Look at pictures before they are sent").check()
        words = ("Hafen", "Insel", "Quelle")
        page.set_input_files(".zone input[multiple]", [picture(tmp_path / f"{word}.png", word) for word in words])
        expect(state.locator("span")).to_have_text("3 wait for you to send them")
        expect(state.locator("progress")).to_have_count(0)
        card = page.locator(".card.picture", has_text="Hafen.png")
        shown = card.locator("img").get_attribute("src") or ""
        card.get_by_role("button", name="Turn").click()
        expect(card.locator("img")).not_to_have_attribute("src", shown)
        shown = card.locator("img").get_attribute("src") or ""
        card.get_by_role("button", name="Crop").click()
        page.get_by_label("From the left").fill("3")
        page.get_by_role("button", name="Use this part").click()
        expect(card.locator("img")).not_to_have_attribute("src", shown)
        expect(card).to_contain_text("Turn or crop it if needed")
        assert sent == []
        card.get_by_role("button", name="Send").click()
        expect(state).to_contain_text("1 of 1 read, 0 not · 2 wait for you to send them")
        page.get_by_role("button", name="Send all").click()
        expect(state).to_contain_text("3 of 3 read, 0 not")
        expect(state).not_to_contain_text("wait")
        assert len(sent) == 3
        page.locator(".card.picture", has_text="Insel.png").get_by_role("button", name="Turn").click()
        expect(page.locator(".card.picture", has_text="Insel.png").locator(".text")).not_to_contain_text("Insel")
        assert len(sent) == 4 and user.complaints == []


def test_strokes_of_a_character_are_no_word(visits: Visits) -> None:
    with visits.visit() as user:
        page = user.sign_in("user1").go("draw")
        user.draw([(0.35, 0.2), (0.62, 0.2), (0.45, 0.8)])
        expect(page.locator(".facts")).to_contain_text("· kept")
        sent = list[str]()
        page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/predict") else None)
        page.get_by_text("Word or line").click()
        expect(page.locator(".waiting")).to_contain_text("for example your name")
        expect(page.get_by_role("button", name="Clear")).to_be_disabled()
        page.wait_for_timeout(2000)  # longer than a drawing rests before it is kept
        assert sent == []
        page.get_by_text("One character").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".reading > .text")).to_have_text("7")
        box = page.get_by_label("Not right? Type the right character")
        box.press_sequentially("1")
        expect(page.locator("lh-correcting .done")).to_contain_text("it says “1”")
        page.evaluate(AGAIN)
        page.get_by_role("button", name="Take it back").click()
        expect(box).to_be_visible()
        expect(page.locator(".again")).to_have_count(0)
        assert user.complaints == []


def test_a_reading_to_be_checked_shows_where(visits: Visits, platform: RunningPlatform, tmp_path: Path) -> None:
    with platform.client() as client:
        told = client.post("/predict", files={"file": picture(tmp_path / "Hafen.png", "Hafen").read_bytes()}).json()
    told["decision"] = "review"
    told["characters"] = [one | {"confidence": 0.97 - 0.01 * (one["text"] == "f")} for one in told["characters"]]
    told["alternatives"] = [{"text": f"Hafer{rest}", "confidence": 0.0004} for rest in ("", "n")]
    with visits.visit() as user:
        page = user.sign_in("user1").go("read")
        page.route("**/predict", lambda route: route.fulfill(json=told))
        give(page, tmp_path, "Hafen")
        expect(page.locator(".letters .doubtful")).to_have_count(1)
        expect(page.locator(".letters .doubtful")).to_contain_text("f: very sure, the least sure letter")
        expect(page.locator(".alternatives li")).to_have_count(1)
        assert user.complaints == []
