"""What a page may not do or show, whatever it is about."""

import re
import time
from typing import ClassVar
from weakref import WeakKeyDictionary

from playwright.sync_api import ConsoleMessage, Page, Request, Response, expect

# A key instead of a word, or a value that nobody formatted. Codes in <code> and <pre> are no words, nor is JSON,
# as the audit log shows what was changed.
# The beginning of an API key is what people know it by.
RAW = re.compile(
    r"\bundefined\b|\bNaN\b|\[object |\bnull\b|\b(?!siyu_[0-9a-f]{8}\b)[a-z0-9]+(?:_[a-z0-9]+)+\b", re.ASCII
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CALM_SECONDS, CALM_SECONDS_MAX = 0.25, 20.0
LOADING = ".ant-skeleton-active, .ant-spin-spinning"
EMPTY_CHARTS = """() => [...document.querySelectorAll('main canvas')].filter((canvas) => {
  const { width, height } = canvas;
  if (width === 0 || height === 0) return true;
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer);
  return new Set(pixels.filter((_, index) => index % 7 === 0)).size < 4;
}).length"""
WORDS = """() => {
  const copy = document.querySelector('main').cloneNode(true);
  for (const node of copy.querySelectorAll('code, pre, textarea, input, script, style')) node.remove();
  return copy.textContent.replace(/\\{"[^\\n]*?\\}+/g, '');
}"""
# What the brand named itself stays in its language.
LABELS = "main h1, main th, main .ant-card-head-title:not(:has(.own-words)), main label, nav a, main .ant-btn:not(td *)"
OVERFLOW = """() => [document.documentElement, document.querySelector('main')]
  .map((each) => each.scrollWidth - each.clientWidth)"""


class Watch:
    """Keeps what a page complains of: errors in its console, exceptions, requests that fail or are refused."""

    of: ClassVar["WeakKeyDictionary[Page, Watch]"] = WeakKeyDictionary()

    def __init__(self, page: Page, *, signed_in: bool) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._waiting: set[Request] = set()
        self._calm_since = time.monotonic()
        Watch.of[page] = self
        # Who is not signed in is told so by a 401 when the console asks who is there.
        self._refusals_meant = 0 if signed_in else 1
        page.on("console", self._spoken)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def is_calm(self) -> bool:
        """No request has been under way for a moment."""
        return not self._waiting and time.monotonic() - self._calm_since > CALM_SECONDS

    def forgive(self, status: int) -> None:
        """Refusals of this status so far were wanted by the test."""
        self.complaints[:] = [one for one in self.complaints if not one.startswith(f"{status}: ")]

    def _asked(self, request: Request) -> None:
        self._waiting.add(request)

    def _ended(self, request: Request) -> None:
        self._waiting.discard(request)
        self._calm_since = time.monotonic()

    def _spoken(self, message: ConsoleMessage) -> None:
        # Chromium repeats every refused request in the console; those are judged where they are answered.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        self._ended(request)
        if request.failure != "net::ERR_ABORTED":  # the page itself gave up a question that became void
            self.complaints.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status < 400:
            return
        if response.status == 401 and "/api/v1/auth/" in response.url and self._refusals_meant:
            return
        self.complaints.append(f"{response.status}: {response.request.method} {response.url}")


def settle(page: Page) -> None:
    """The page shows its content: nothing is loading any more."""
    expect(page.locator("main h1").first).to_be_visible()
    deadline = time.monotonic() + CALM_SECONDS_MAX
    while not Watch.of[page].is_calm():
        assert time.monotonic() < deadline, f"{page.url} still asks after {CALM_SECONDS_MAX} s"
        page.wait_for_timeout(50)
    expect(page.locator("main").locator(LOADING)).to_have_count(0)


def faults_of(page: Page, *, language: str) -> list[str]:
    """What is wrong with the words, the charts and the width of a settled page."""
    found: list[str] = []
    found += [f"raw: {raw}" for raw in sorted(set(RAW.findall(page.evaluate(WORDS))))]
    found += [f"empty charts: {count}" for count in [page.evaluate(EMPTY_CHARTS)] if count]
    found += [f"wider than the window by {by}" for by in page.evaluate(OVERFLOW) if by > 1]
    if language == "en":
        labels = page.locator(LABELS).all_inner_texts()
        found += [f"not English: {label}" for label in labels if CHINESE.search(label)]
    if page.evaluate("document.documentElement.lang") != language:
        found.append("the page does not say its language")
    return found
