"""The page of code: what was pasted, read; and in a real browser all that can be done with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.code.out import FORMS, address
from app.code.pasted import excerpt, read, rows
from app.values import plain
from cnnshapes import Design, presets, summary
from cnnshapes.formats.link import from_link, to_link
from tests.app.browser import BROWSER, settled

LENET = presets.preset("lenet5")
TUTORIAL = (Path(__file__).parents[1] / "source" / "examples" / "cifar10_tutorial.py").read_text(encoding="utf-8")
WRONG = TUTORIAL.replace("nn.Linear(16 * 5 * 5, 120)", "nn.Linear(500, 120)")


class TestPasted:
    """What a text holds."""

    def test_code(self) -> None:
        """Source gives a row for each node with the line it comes from."""
        pasted = read(TUTORIAL)
        assert pasted.problem == ""
        assert rows(pasted)[0] == {"line": 19, "name": "conv1", "layer": "Conv2d", "output": "6 × 28 × 28",
                                   "parameters": "456"}  # fmt: skip
        assert pasted.made["conv1"] == 11

    def test_what_an_error_may_come_of(self) -> None:
        """What was left out before the layer that fails is kept apart, to be shown above the error."""
        pasted = read("m = nn.Sequential(nn.Conv2d(3, 8, 3), Pooled(), nn.Linear(8, 10))", "3x32x32")
        assert pasted.error is not None
        assert pasted.cause == pasted.notes[0]

    def test_an_input_that_is_typed(self) -> None:
        """A typed shape is what the text is read for, and one that is none is refused."""
        design = read("m = nn.Sequential(nn.Conv2d(3, 8, 3))", "3 x 10 x 12").design
        assert design is not None
        assert design.input_shape == (3, 10, 12)
        assert not read(TUTORIAL, "3x32x32").guessed
        assert "is no shape" in read(TUTORIAL, "big").problem

    def test_an_input_that_nothing_says(self) -> None:
        """A size that was found by trying is said to be, and doubted where it is none that pictures usually have."""
        pasted = read(TUTORIAL.replace("16 * 5 * 5", "16 * 6 * 6"))
        assert pasted.design is not None
        assert (pasted.design.input_shape, pasted.guessed) == ((3, 36, 36), True)
        (doubt,) = pasted.notes
        assert doubt.line == 19 + 3
        assert doubt.text == (
            "no usual size of pictures fits, so 36×36 was taken; if yours are 32×32: fc1 (Linear): in_features is 576 "
            "but 400 features reach it. Use in_features = 400"
        )
        assert not read(TUTORIAL.replace("16 * 5 * 5", "16 * 4 * 4")).notes

    def test_a_network_that_does_not_compute(self) -> None:
        """It is kept, with the rows above, the line, and repairs."""
        pasted = read(WRONG)
        assert pasted.line == 22
        assert pasted.problem.startswith("fc1 (Linear): in_features is 500 but 400 features reach it.")
        assert pasted.error is not None
        assert [repair.text for repair in pasted.error.repairs] == ["in_features = 400"]
        assert [row["output"] for row in rows(pasted)][6:8] == ["400", ""]

    @pytest.mark.parametrize("text", [LENET.to_json(), f"  http://localhost:8501/?lang=ko&d={to_link(LENET)}\n"])
    def test_json_and_links(self, text: str) -> None:
        """A design's JSON and an address are opened as what they hold."""
        assert read(text).design == LENET

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("{}", "this is no design"),
            ("{" + '"a":{' * 50_000, "this is not JSON"),
            ("{" + " " * 1_000_001, "characters; a design's JSON has at most"),
            ('{"cnnshapes": 1, "input_shape": [3, 8, 8], "nodes": [{"name": "a", "layer": "Conv9d"}]}', "no layer"),
            ("http://localhost:8501/?d=" + to_link(LENET)[:-9], "the link holds no design"),
            ("http://localhost:8501/?d=" + "A" * 100_000, "the link is"),
            ("http://localhost:8501/", "this address holds no design"),
            ("class A(nn.Module:", "this is not Python"),
        ],
    )
    def test_what_is_nothing(self, text: str, sentence: str) -> None:
        """Anything else is refused in one sentence."""
        pasted = read(text)
        assert sentence in pasted.problem
        assert len(pasted.problem.splitlines()) == 1
        assert pasted.design is None

    def test_excerpts(self) -> None:
        """The line is marked among its neighbours, which lose what indentation they share."""
        assert excerpt("a\n    b\n    c\n    d\n    e", 4) == "  2 │ b\n  3 │ c\n→ 4 │ d\n  5 │ e"


class TestOut:
    """The forms a design is written in."""

    @pytest.mark.parametrize("form", sorted(set(FORMS) - {"link"}))
    def test_each_says_what_the_report_says(self, form: str) -> None:
        """Each form names every node and has what it costs."""
        text = FORMS[form].write(LENET).replace("\\_", "_")
        assert all(node.name in text for node in LENET)
        if form != "design":
            assert re.search(r"48,?120", text) or form == "code"
            assert re.search(r"62,?006", text) or form == "csv"

    @pytest.mark.parametrize("here", ["http://host:8501/code", "https://host/app/code", "http://host/code/"])
    def test_the_address(self, here: str) -> None:
        """The address opens the design where this page came from."""
        found = address(LENET, here)
        assert found.startswith(here.rstrip("/").removesuffix("code") + "?d=")
        assert from_link(found.partition("?d=")[2]) == LENET


def test_names_are_shown_as_they_are() -> None:
    """A name makes neither a link nor a picture; code keeps its signs."""
    assert plain("![a](http://b) `x[:, 1]`") == r"!\[a\](http\:\/\/b) `x[:, 1]`"


# ---- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh visitor on the page."""
    context = browser.new_context(viewport={"width": 1440, "height": 950}, locale="en-US")
    visited = context.new_page()
    visited.goto(f"{server}/code")
    expect(visited.get_by_label("PyTorch code")).to_be_visible(timeout=60_000)
    yield visited
    context.close()


def paste(field: Locator, text: str) -> None:
    """Put a text into a field and have it read."""
    settled(field.page)
    field.fill(text)
    field.press("Control+Enter")


def ask(page: Page, question: str) -> None:
    """Choose one of the page's questions."""
    page.get_by_role("radio", name=question, exact=True).click()


class TestInTheBrowser:
    """What the page does."""

    pytestmark = BROWSER

    def test_code_in(self, page: Page) -> None:
        """Pasted code has its totals beside it, opens in the designer as one step, and stands here still afterwards."""
        paste(page.get_by_label("PyTorch code"), TUTORIAL)
        expect(page.get_by_text("62,006 parameters, 651,720 MACs")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Open in the designer").click()
        expect(page.get_by_test_id("stMetricValue").filter(has_text="62,006")).to_be_visible(timeout=60_000)
        assert "?d=" in page.url
        page.get_by_role("link", name="Code").click()
        expect(page.get_by_label("PyTorch code")).to_have_value(TUTORIAL, timeout=30_000)

    def test_a_wrong_size_points_at_the_lines(self, page: Page) -> None:
        """The error shows the line of the call and of the layer, a repair mends it, and the text stays."""
        paste(page.get_by_label("PyTorch code"), WRONG)
        expect(page.get_by_test_id("stAlert").first).to_contain_text("Line 22: fc1 (Linear): in_features is 500")
        expect(page.get_by_test_id("stCode").first).to_contain_text("→ 22 │ x = F.relu(self.fc1(x))")
        expect(page.get_by_test_id("stCode").nth(1)).to_contain_text("→ 14 │ self.fc1 = nn.Linear(500, 120)")
        page.get_by_role("button", name="in_features = 400").click()
        expect(page.get_by_text("fc1: in_features = 400, done in the designer")).to_be_visible(timeout=30_000)
        expect(page.get_by_label("PyTorch code")).to_have_value(WRONG)

    def test_torchs_error(self, page: Page) -> None:
        """A traceback names its layer of the design at hand, and what to change; a repair is one click."""
        ask(page, "Torch's error")
        message = "Traceback …\nRuntimeError: mat1 and mat2 shapes cannot be multiplied (2x512 and 400x120)"
        paste(page.get_by_label("Torch's message"), message)
        expect(page.get_by_text("It is about fc1 (Linear).")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Set in_features to 512.")).to_be_visible()

    def test_out(self, page: Page) -> None:
        """Each form is shown, and what is downloaded is what the core writes."""
        ask(page, "Out")
        expect(page.get_by_test_id("stCode")).to_contain_text("class Lenet5(nn.Module):", timeout=30_000)
        for name, written in {"LaTeX": summary(LENET).to_latex(), "Design (JSON)": LENET.to_json()}.items():
            ask(page, name)
            expect(page.get_by_test_id("stCode")).to_contain_text(written.splitlines()[1].strip(), timeout=30_000)
            with page.expect_download() as waiting:
                page.get_by_role("button", name="Download").click()
            assert Path(waiting.value.path()).read_text(encoding="utf-8") == written

    def test_the_link(self, page: Page) -> None:
        """The link that is shown opens the design, and pasted as text it is read as the design."""
        ask(page, "Out")
        ask(page, "Link")
        expect(page.get_by_test_id("stCode")).to_contain_text("?d=", timeout=30_000)
        address = page.get_by_test_id("stCode").inner_text().strip()
        assert from_link(address.partition("?d=")[2]) == LENET
        ask(page, "Code in")
        paste(page.get_by_label("PyTorch code"), address)
        expect(page.get_by_text("lenet5 reads 3 × 32 × 32")).to_be_visible(timeout=30_000)

    def test_files(self, page: Page) -> None:
        """A file is read into the text field; one that is no text is refused, and what stood there stays."""
        file = page.locator("input[type=file]")
        design = Design.chain((3, 8, 8), name="tiny")
        file.set_input_files({"name": "tiny.json", "mimeType": "application/json", "buffer": design.to_json().encode()})
        expect(page.get_by_text("tiny reads 3 × 8 × 8")).to_be_visible(timeout=30_000)
        file.set_input_files({"name": "bad.py", "mimeType": "text/x-python", "buffer": b"\xff\xfe\x00"})
        expect(page.get_by_text("is not UTF-8 text")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("tiny reads 3 × 8 × 8")).to_be_visible()

    def test_korean(self, browser: Browser, server: str) -> None:
        """The page speaks Korean to a Korean browser, in an error too."""
        context = browser.new_context(locale="ko-KR")
        visited = context.new_page()
        visited.goto(f"{server}/code")
        paste(visited.get_by_label("PyTorch 코드"), "class A(nn.Module:")
        expect(visited.get_by_test_id("stAlert")).to_contain_text("1번째 줄", timeout=60_000)
        context.close()
