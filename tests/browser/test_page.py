"""The page of a dry run in a real Chromium: what people see, press and hear.

Needs /usr/bin/chromium, /usr/bin/chromedriver, and axe-core: its path is read from AXE_CORE, or it
lies in node_modules (`npm install --no-save axe-core`).
"""

import json
import os
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from tests.fixtures.impacts import VERDICTS, few_edits, identical, measured

from steelyard.dry_run.report.page import impact_page

pytestmark = pytest.mark.browser

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1280,900",
)  # fmt: skip
NARROW = 360


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with every page that is looked at."""
    path = tmp_path_factory.mktemp("pages")
    pages = {
        "measured-en": impact_page(measured(), VERDICTS, "en"),
        "measured-zh": impact_page(measured(), VERDICTS, "zh"),
        "few-en": impact_page(few_edits(), VERDICTS, "en"),
        "identical-en": impact_page(identical(), (), "en"),
    }
    for name, text in pages.items():
        (path / f"{name}.html").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A Chromium with nothing in its profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


@pytest.fixture
def visit(chromium, folder):
    """A function that opens a page, in a width and a colour scheme, and forgets older logs."""

    def opened(name, *, width=1280, scheme="light"):
        for log in ("browser", "performance"):
            chromium.get_log(log)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        chromium.get((folder / f"{name}.html").as_uri())
        return chromium

    return opened


def axe_core() -> str:
    path = Path(os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js"))
    if not path.is_file():
        pytest.fail(f"axe-core is not at {path}: npm install --no-save axe-core, or set AXE_CORE")
    return path.read_text(encoding="utf-8")


def rows(driver):
    return [one for one in driver.find_elements(By.CSS_SELECTOR, "#merchant-table tbody") if one.is_displayed()]  # fmt: skip


@pytest.mark.parametrize("name", ["measured-en", "measured-zh", "identical-en"])
def test_it_fetches_nothing_and_nothing_goes_wrong(visit, name):
    driver = visit(name)
    sent = [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in driver.get_log("performance")
        if '"Network.requestWillBeSent"' in entry["message"]
    ]
    assert [url for url in sent if not url.endswith(f"{name}.html")] == []
    assert driver.get_log("browser") == []
    assert "broken" not in driver.title


def test_the_first_paint_is_soon(visit, capsys):
    driver = visit("measured-en")
    script = """
        const done = arguments[arguments.length - 1];
        const told = (list) => list.getEntriesByName("first-contentful-paint").forEach((one) => done(one.startTime));
        new PerformanceObserver(told).observe({type: "paint", buffered: true});
    """
    paint = driver.execute_async_script(script)
    size = driver.execute_script("return document.documentElement.outerHTML.length")
    with capsys.disabled():
        print(f"\nfirst contentful paint after {paint:.0f} ms, {size:,} characters")  # noqa: T201
    assert paint < 3000


def test_search_and_filters_narrow_the_merchants(visit):
    driver = visit("measured-en")
    every = len(rows(driver))
    assert every == len(measured().merchants)
    search = driver.find_element(By.ID, "search")
    search.send_keys("母婴")
    named = sum("母婴" in one.merchant for one in measured().merchants)
    assert 0 < len(rows(driver)) == named < every
    assert driver.find_element(By.ID, "status").text == f"{named} of {every} shown"
    search.send_keys(" nobody")
    assert rows(driver) == []
    search.clear()
    search.send_keys(Keys.SPACE)
    Select(driver.find_element(By.ID, "by-list")).select_by_value("loser")
    losers = sum("loser" in one.lists for one in measured().merchants)
    assert 0 < len(rows(driver)) == losers < every


def test_headers_sort_both_ways_and_say_so(visit):
    driver = visit("measured-en")
    head = driver.find_element(By.CSS_SELECTOR, "#merchant-table th:nth-child(5)")
    button = head.find_element(By.TAG_NAME, "button")

    def changes():
        cells = driver.find_elements(
            By.CSS_SELECTOR, "#merchant-table tr:first-child td:nth-child(5)"
        )
        return [cell.get_attribute("data-value") for cell in cells]

    for order in ("descending", "ascending"):
        button.send_keys(Keys.ENTER)
        assert head.get_attribute("aria-sort") == order
        found = changes()
        known = [float(one) for one in found if one]
        assert known == sorted(known, reverse=order == "descending")
        assert "" not in found[: len(known)]  # those without a change stand last
    names = driver.find_element(By.CSS_SELECTOR, "#merchant-table th:first-child button")
    names.click()
    assert head.get_attribute("aria-sort") is None


def test_a_merchant_opens_by_keyboard(visit):
    driver = visit("measured-en")
    details = driver.find_element(By.CSS_SELECTOR, "#merchant-table details")
    assert not details.find_element(By.TAG_NAME, "pre").is_displayed()
    details.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    sides = details.find_elements(By.TAG_NAME, "pre")
    assert len(sides) == 2
    assert all(side.is_displayed() for side in sides)
    assert sides[0].text != sides[1].text
    assert details.find_elements(By.TAG_NAME, "mark")


def test_the_first_tab_stop_leads_to_the_results(visit):
    driver = visit("measured-en")
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = driver.switch_to.active_element
    assert skip.get_attribute("href").endswith("#main")
    assert skip.location["x"] >= 0
    skip.send_keys(Keys.ENTER)
    assert driver.execute_script("return document.activeElement.id") == "main"


def test_everything_can_be_read_without_the_script(visit):
    driver = visit("measured-en")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        visit("measured-en")
        assert len(rows(driver)) == len(measured().merchants)
        assert not driver.find_element(By.ID, "filters").is_displayed()
        driver.find_element(By.CSS_SELECTOR, "#merchant-table summary").click()
        assert driver.find_element(By.CSS_SELECTOR, "#merchant-table pre").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("name", ["measured-en", "measured-zh", "few-en", "identical-en"])
def test_a_narrow_window_does_not_scroll_sideways(visit, name):
    driver = visit(name, width=NARROW)
    driver.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    root = "document.documentElement"
    wide, room = driver.execute_script(f"return [{root}.scrollWidth, {root}.clientWidth]")
    assert wide == room <= NARROW


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["measured-en", "measured-zh", "few-en", "identical-en"])
def test_nothing_stands_in_anybody_s_way(visit, name, scheme):
    """The rules of axe-core, all of them, with everything opened."""
    driver = visit(name, scheme=scheme)
    driver.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    driver.execute_script(axe_core())
    found = driver.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
    told = [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
    assert told == []
    assert len(found["passes"]) > 20


def test_colours_follow_the_scheme(visit):
    paper = "return getComputedStyle(document.body).backgroundColor"
    bar = "return getComputedStyle(document.querySelector('svg [fill*=\"--up\"]')).fill"
    light, dark = [], []
    for scheme, found in (("light", light), ("dark", dark)):
        driver = visit("few-en", scheme=scheme)
        found += [driver.execute_script(paper), driver.execute_script(bar)]
    assert light[0] != dark[0]
    assert light[1] != dark[1]


def test_the_first_chart_is_within_two_screens(visit):
    for name in ("measured-en", "measured-zh", "few-en"):
        top = "return document.querySelector('svg').getBoundingClientRect().top + window.scrollY"
        assert visit(name).execute_script(top) < 2 * 900
