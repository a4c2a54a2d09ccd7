"""The pages of the service work where nothing but the service can be reached."""

import os
from collections.abc import Iterator
from time import monotonic
from typing import Any
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
JOB_SECONDS = 240


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


@pytest.fixture
def working_address(settings: Settings) -> Iterator[str]:
    """Of a service that works on what is ordered."""
    with serving(settings.model_copy(update={"job_workers": 1})) as running:
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
    rule = visit.page.get_by_text("service_area_per_100_households", exact=True)
    line = visit.page.locator("tbody tr", has=rule)
    line.wait_for()
    cells = line.locator("td").all_inner_texts()
    assert cells[1:6] == [
        "BENCHMARK",
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
    search, rows = visit.page.locator("input[name=q]"), visit.page.locator("tbody tr")
    expect(visit.page.locator("#outcome")).to_contain_text("Riverside ·", timeout=RENDER_MILLISECONDS)
    search.fill("side")
    search.blur()
    expect(offered).to_have_count(2, timeout=RENDER_MILLISECONDS)
    search.fill("old")
    search.press("Enter")
    expect(visit.page.locator("#outcome")).to_contain_text("Old town ·", timeout=RENDER_MILLISECONDS)
    expect(rows.first).to_be_visible()
    search.fill("nobody")
    search.press("Enter")
    expect(visit.page.locator("#offered")).to_contain_text("0 of 0", timeout=RENDER_MILLISECONDS)
    expect(rows.first).to_be_hidden()
    expect(visit.page.locator("#outcome")).to_have_text("")
    expect(visit.page.locator("form")).to_be_visible()
    assert f"curl -s {address}/v1/communities" in visit.page.locator("pre").first.inner_text()
    assert visit.problems == []


def test_first_page_switches_its_language_and_shows_a_card_per_rule_on_a_narrow_screen(
    address: str, visit: Visit
) -> None:
    httpx.post(f"{address}/v1/communities", json={"code": "522701001001", "name": "河畔"}).raise_for_status()
    visit.page.set_viewport_size({"width": 420, "height": 900})
    visit.page.goto(address)
    visit.page.get_by_role("link", name="中文").click()
    row = visit.page.locator("tbody tr.RULE").first
    row.wait_for()
    assert visit.page.locator("html").get_attribute("lang") == "zh"
    assert row.locator("td").nth(1).inner_text() == "约束"
    boxes = [cell.bounding_box() for cell in row.locator("td").all()[:3]]
    assert [box and box["x"] for box in boxes] == [boxes[0] and boxes[0]["x"]] * 3
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 420
    visit.page.get_by_role("link", name="English").click()
    visit.page.wait_for_url("**/?lang=en")
    assert visit.page.locator("html").get_attribute("lang") == "en"
    assert visit.problems == []


def test_documentation_fits_a_narrow_screen(address: str, visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 420, "height": 900})
    visit.page.goto(f"{address}/docs")
    operation = visit.page.locator(".opblock-post", has=visit.page.locator("[data-path='/v1/batches']"))
    operation.locator(".opblock-summary-control").click()
    operation.locator("[data-property-name=file] input[type=file]").wait_for()
    beyond = "all => all.filter(one => one.getBoundingClientRect().right > 421).length"
    assert operation.locator("*").evaluate_all(beyond) == 0
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 420


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


STATISTICS = {"as_of": "2023-01-01", "households": 2000}
PROJECTS = """\
reference,division_code,setting,project_role,households,total_floor_area_m2,community_service_station.floor_area_m2
LP-1,130824001,URBAN,WHOLE_COMMUNITY,2000,220000,650
"""
FACILITIES = """\
key,community_code,name,category,floor_area_m2
own-1,522701001001,北岸站,community_service_station,560
"""
STREETS = """\
u,v,x,y,length
a,b,108.0000,25.0000,101.0
b,a,108.0010,25.0000,101.0
"""


@pytest.mark.parametrize(
    ("path", "content"),
    [("/v1/batches", PROJECTS), ("/v1/imports", FACILITIES), ("/v1/street-networks", STREETS)],
)
def test_documentation_uploads_a_file_when_nothing_else_is_given(
    working_address: str, visit: Visit, path: str, content: str
) -> None:
    stored = {"code": "522701001001", "name": "Riverside", "statistics": STATISTICS}
    httpx.post(f"{working_address}/v1/communities", json=stored).raise_for_status()
    job = _uploaded(working_address, visit, path, content)
    assert (job["status"], job["error"]) == ("SUCCEEDED", None)
    assert [file["name"] for file in job["files"]] == ["rows.csv"]
    assert (job["parameters"].get("encoding"), job["parameters"].get("crs")) == (None, None)
    assert visit.problems == []


def test_documentation_sends_what_is_filled_in_beside_the_file(working_address: str, visit: Visit) -> None:
    given = {"mapping": '{"总套数": "households"}', "on": "2025-06-30"}
    job = _uploaded(working_address, visit, "/v1/batches", PROJECTS.replace("households", "总套数"), **given)
    assert job["status"] == "SUCCEEDED"
    assert job["parameters"]["mapping"] == {"总套数": "households"}
    assert (job["parameters"]["on"], job["parameters"]["project_role"]) == ("2025-06-30", None)
    assert job["summary"]["errors"] == {}


def _uploaded(address: str, visit: Visit, path: str, content: str, **given: str) -> Any:
    """The job that an upload through the page orders, once it has ended."""
    visit.page.goto(f"{address}/docs")
    operation = visit.page.locator(".opblock-post", has=visit.page.locator(f"[data-path='{path}']"))
    operation.locator(".opblock-summary-control").click()
    file = {"name": "rows.csv", "mimeType": "text/csv", "buffer": content.encode()}
    operation.locator("[data-property-name=file] input[type=file]").set_input_files(file)
    for name, text in given.items():
        operation.locator(f"[data-property-name={name}]").locator("textarea, input[type=text]").fill(text)
    with visit.page.expect_response(f"{address}{path}") as answered:
        operation.get_by_role("button", name="Execute").click()
    assert answered.value.status == 202, answered.value.text()
    return _ended(address + answered.value.headers["location"])


def _ended(address: str) -> Any:
    until = monotonic() + JOB_SECONDS
    while (job := httpx.get(address).json())["status"] in ("ACCEPTED", "RUNNING"):
        assert monotonic() < until
    return job
