"""The pages of the service work where nothing but the service can be reached."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from app.main import create_app
from app.settings import Settings
from tests.live_server import serving
from tests.missing_parts import find_chromium

NOTHING_BUT_THE_SERVICE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
GIVEN_UP = "net::ERR_ABORTED"
START_MILLISECONDS = 120_000
RENDER_MILLISECONDS = 30_000


@pytest.fixture
def database() -> str:
    """The pages are the same on either database."""
    return "sqlite"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    assert chromium is not None, "Chromium is missing: sudo apt-get install chromium"
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            args=[NOTHING_BUT_THE_SERVICE, "--no-proxy-server", *QUIET, *root],
            timeout=START_MILLISECONDS,
        )
        yield launched
        launched.close()


class Visit:
    """A page, with all that it asked for and all that went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.problems: list[str] = []
        page.on("request", self._note)
        page.on("requestfailed", self._failed)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._read)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _failed(self, request: Request) -> None:
        """Leaving a page gives up what it is still loading (its icon, say): that is no failure of the service."""
        if request.failure != GIVEN_UP:
            self.problems.append(f"{request.url}: {request.failure}")

    def _read(self, message: ConsoleMessage) -> None:
        """The browser writes there what a page's own rules forbade it."""
        if message.type == "error":
            self.problems.append(message.text)

    def other_hosts(self, address: str) -> set[str]:
        addresses = (urlsplit(request.url) for request in self.requests)
        return {url.netloc for url in addresses if url.scheme not in ("data", "blob")} - {urlsplit(address).netloc}


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    page = browser.new_page(locale="en-GB")
    page.set_default_timeout(RENDER_MILLISECONDS)
    yield Visit(page)
    page.close()


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with serving(settings) as running:
        yield running


def test_first_page_leads_to_the_documentation_and_loads_nothing_from_elsewhere(address: str, visit: Visit) -> None:
    visit.page.goto(address)
    visit.page.locator("a[href$='docs']").first.click()
    visit.page.wait_for_url("**/docs")
    expect(visit.page.locator(".opblock").first).to_be_visible(timeout=RENDER_MILLISECONDS)
    assert visit.other_hosts(address) == set()
    assert visit.problems == []


def test_first_page_assesses_a_stored_community(address: str, visit: Visit) -> None:
    created = httpx.post(
        f"{address}/v1/communities",
        json={"code": "522701001001", "name": "Riverside", "statistics": {"as_of": "2023-01-01", "households": 2000}},
    ).json()
    station = {"name": "Station", "category": "community_service_station", "floor_area_m2": 560}
    httpx.post(f"{address}/v1/facilities", json={**station, "community_id": created["id"]}).raise_for_status()
    visit.page.goto(address)
    visit.page.locator("option").wait_for(state="attached")
    visit.page.locator("form button").click()
    rule = visit.page.get_by_text("service_area_per_100_households", exact=True)
    line = visit.page.locator("tbody tr", has=rule)
    line.wait_for()
    cells = line.locator("td").all_inner_texts()
    assert cells[1:5] == [
        "Below the level of the planned target",
        "28 m² per 100 households",
        "≥ 31.2 m² per 100 households (2025)",
        "64 m²",
    ]
    assert "Riverside · 2025-12-31" in visit.page.locator("#outcome").inner_text()
    assert visit.other_hosts(address) == set()
    assert visit.problems == []


def test_first_page_finds_communities_by_their_names_and_names_its_own_address(address: str, visit: Visit) -> None:
    for number, name in enumerate(("Riverside", "Hillside", "Old town"), 1):
        stored = {"code": f"52270100100{number}", "name": name}
        httpx.post(f"{address}/v1/communities", json=stored).raise_for_status()
    visit.page.goto(address)
    offered = visit.page.locator("option")
    expect(offered).to_have_count(3, timeout=RENDER_MILLISECONDS)
    visit.page.locator("input[name=q]").fill("side")
    visit.page.locator("input[name=q]").blur()
    expect(offered).to_have_count(2, timeout=RENDER_MILLISECONDS)
    visit.page.locator("input[name=q]").fill("nobody")
    visit.page.locator("input[name=q]").blur()
    expect(visit.page.locator("#outcome")).to_contain_text("0 of 0", timeout=RENDER_MILLISECONDS)
    expect(visit.page.locator("form")).to_be_visible()
    assert f"curl -s {address}/v1/communities" in visit.page.locator("pre").first.inner_text()
    assert visit.problems == []


def test_first_page_says_that_no_community_is_stored(address: str, visit: Visit) -> None:
    visit.page.goto(address)
    expect(visit.page.locator("#outcome")).to_contain_text("No community is stored", timeout=RENDER_MILLISECONDS)
    expect(visit.page.locator("form")).to_be_hidden()
    assert visit.problems == []


def test_documentation_shows_every_operation_and_loads_nothing_from_elsewhere(
    address: str, visit: Visit, settings: Settings
) -> None:
    document = create_app(settings).openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    visit.page.goto(f"{address}/docs")
    expect(visit.page.locator(".opblock")).to_have_count(len(operations), timeout=RENDER_MILLISECONDS)
    shown = set(visit.page.locator(".opblock-summary-description").all_inner_texts())
    assert shown == {operation["summary"] for operation in operations}
    assert visit.other_hosts(address) == set()
    assert visit.problems == []


def test_documentation_can_try_an_operation_out(address: str, visit: Visit) -> None:
    visit.page.goto(f"{address}/docs")
    operation = visit.page.locator(".opblock", has=visit.page.locator("[data-path='/health/live']"))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response .response-col_status").first).to_contain_text(
        "200", timeout=RENDER_MILLISECONDS
    )
    assert visit.other_hosts(address) == set()
    assert visit.problems == []
