"""The Learn page: its grids as SVG, the numbers that are typed, and the page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.learn import quiz
from app.learn.examples import CONVOLUTIONS
from app.learn.lesson import Fault, Lesson, number, numbers
from app.learn.picture import CELL, EDGE, Grid, drawn, scene, told
from app.learn.why import compared
from cnnshapes import InputError, presets
from cnnshapes.by_hand import convolved
from cnnshapes.quiz import SLIPS, question
from tests.app.browser import BROWSER, settled

SVG = "{http://www.w3.org/2000/svg}"


def named(row: int, column: int) -> str:
    """What a cell is called in these tests."""
    return f"cell {row}, {column}"


# ---- grids ----------------------------------------------------------------------------------------------------------


def test_a_grid_is_an_svg_with_a_text_alternative() -> None:
    """It parses, is as large as its cells and padding, and says what stands in it, whatever that is."""
    texts = [["1", "<\"&'>"], ["", "−2.5"]]
    root = ET.fromstring(drawn(Grid(texts, "Image", 'Image: 1 <"', padding=(1, 2))))  # noqa: S314  our own
    assert root.attrib["viewBox"] == f"0 0 {6 * CELL + 2 * EDGE} {4 * CELL + 2 * EDGE}"
    assert root.attrib["aria-label"] == 'Image: 1 <"'
    shown = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert [text for text in shown if text != "0"] == ["1", "<\"&'>", "", "−2.5"]
    assert shown.count("0") == 6 * 4 - 4
    assert len(list(root.iter(f"{SVG}path"))) == 6 * 4 - 4, "padding is hatched"


def test_the_window_is_outlined() -> None:
    """A frame goes around all that a dilated window reads, from the padding on, and the weights stand in its cells."""
    places = frozenset({(-1, -1), (-1, 1), (1, -1), (1, 1)})
    grid = Grid([["1"] * 3] * 3, "Image", "", padding=(1, 1), marked=places, small={(1, 1): "×4"})
    root = ET.fromstring(drawn(grid))  # noqa: S314
    (frame,) = (rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "window")
    assert [int(frame.attrib[name]) for name in ("x", "y", "width", "height")] == [EDGE, EDGE, 3 * CELL, 3 * CELL]
    assert "×4" in [text.text for text in root.iter(f"{SVG}text")]


def test_cells_can_be_reached_by_the_keyboard() -> None:
    """One cell of each grid is reached by Tab, each says its place and number, and padding cannot be edited."""
    root = ET.fromstring(drawn(Grid([["1", "2"]], "Image", "", named, key="image/0", padding=(1, 1))))  # noqa: S314
    cells = [cell for cell in root.iter(f"{SVG}g") if "data-at" in cell.attrib]
    assert [cell.get("data-at") for cell in cells] == ["image/0/0/0", "image/0/0/1"]
    assert [cell.get("aria-label") for cell in cells] == ["cell 1, 1: 1", "cell 1, 2: 2"]
    assert [cell.get("tabindex") for cell in cells] == ["0", "-1"]
    map_ = Grid([["1"], [""]], "Map", "", named, key="map/0", chosen=True, marked=frozenset({(1, 0)}))
    cells = [cell for cell in ET.fromstring(drawn(map_)).iter(f"{SVG}g") if "data-at" in cell.attrib]  # noqa: S314
    assert [(cell.get("data-position"), cell.get("tabindex")) for cell in cells] == [("0", "-1"), ("1", "0")]
    assert cells[1].get("aria-label") == "cell 2, 1: …"


def test_a_cell_without_a_number_is_marked() -> None:
    """What is no number gets a frame of its own."""
    root = ET.fromstring(drawn(Grid([["1", "x"]], "", "", wrong=frozenset({(0, 1)}))))  # noqa: S314
    assert [rect.get("x") for rect in root.iter(f"{SVG}rect") if rect.get("class") == "wrong"] == [str(EDGE + CELL)]


def test_a_scene_is_well_formed() -> None:
    """Grids and signs stand beside each other in one piece of markup."""
    grid = Grid([["1"]], "a < b", "")
    root = ET.fromstring(scene([grid, grid], "∗", [grid]))  # noqa: S314
    assert len(list(root.iter(f"{SVG}svg"))) == 3
    assert [part.get("class") for part in root] == ["group", "sign", "group"]
    assert told([["1", ""], ["2", "3"]]) == "1 …; 2 3"


# ---- lessons --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_every_example_computes(name: str) -> None:
    """Each example's filters fit its image, and it reads back as the numbers it was made of."""
    example = CONVOLUTIONS[name]
    lesson = Lesson(example)
    image, faults = numbers(lesson.image)
    assert not faults
    assert image == [[list(row) for row in channel] for channel in example.image]
    for cells in lesson.filters:
        own, wrong = numbers(cells)
        assert not wrong
        padding = (0 if len(image[0]) == 1 else example.padding, example.padding)
        assert convolved(image, own, padding=padding).positions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        (" −2 ", -2),
        ("-0.5", -0.5),
        ("1e3", 1000),
        ("", None),
        ("abc", None),
        ("nan", None),
        ("1e9", None),
        ("inf", None),
    ],
)
def test_numbers_as_people_type_them(text: str, value: float | None) -> None:
    """Either minus sign is one; what is no number, or too large for the page, is none."""
    assert number(text) == value


def test_what_is_typed_is_kept() -> None:
    """Nonsense stays in its cell and is reported by its place; edits of cells that are not there change nothing."""
    lesson = Lesson(CONVOLUTIONS["notes"])
    lesson.type(
        {"image/0/1/2": "x", "filter/0/0/0/0": "−7", "image/5/0/0": "1", "image/0/0/99": "1", "other/0/0/0": "1"}
    )
    lesson.type({"image": "1", "image/a/b/c": "2", "image/0/-1/0": "3"})
    image, faults = numbers(lesson.image)
    assert faults == [Fault(1, 2, 3, "x")]
    assert image[0][1] == [0, 1, 0, 0, 1, 0]
    assert lesson.filters[0][0][0][0] == "−7"
    assert [len(row) for row in lesson.image[0]] == [6] * 6
    assert lesson.image[0][5] == ["0", "0", "1", "0", "1", "0"]
    assert lesson.changed
    lesson.show(lesson.example)
    assert not lesson.changed


def test_other_sizes_keep_what_fits() -> None:
    """More channels and filters are copies, more rows are zeros, and grids begin anew."""
    lesson = Lesson(CONVOLUTIONS["notes"])
    version = lesson.version
    lesson.bias[0] = "2"
    lesson.resize(2, (7, 4), 2, (1, 3))
    assert [len(lesson.image), len(lesson.image[0]), len(lesson.image[0][0])] == [2, 7, 4]
    assert lesson.image[0] == lesson.image[1]
    assert lesson.image[0][6] == ["0"] * 4
    assert lesson.filters == [[[["1", "0", "1"]]] * 2] * 2
    assert lesson.bias == ["2", "0"]
    assert lesson.version > version


def test_why_one_convolves() -> None:
    """The convolution and the Linear give as many numbers; the parameters are the core's own counts."""
    convolution, linear = compared()
    assert convolution.activations == linear.activations == 8 * 32 * 32
    assert (convolution.params, linear.params) == (3 * 3 * 3 * 8 + 8, 3072 * 8192 + 8192)


# ---- quiz -----------------------------------------------------------------------------------------------------------


def test_every_slip_has_its_sentence() -> None:
    """The page has words for each slip that the quiz knows, and for no others."""
    assert set(quiz.slips()) == set(SLIPS)


def test_the_score() -> None:
    """Right answers count and make a streak, a wrong one ends it, and nonsense costs nothing."""
    score, asked = quiz.Score(), question("medium", 1)
    right = f"{asked.answer[0]}"
    score.predict(asked, right)
    score.go_on()
    score.predict(asked, right)
    assert (score.right, score.asked, score.streak, score.place) == (2, 2, 2, 1)
    score.go_on()
    with pytest.raises(InputError):
        score.predict(asked, "what?")
    assert score.verdict is None
    score.predict(asked, f"{asked.answer[0] + 1}")
    assert (score.right, score.asked, score.streak) == (2, 3, 0)


# ---- in the browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as a fresh visitor."""
    contexts = []

    def opening(address: str = "learn", locale: str = "en-US") -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 1100}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{server}/{address}")
        settled(page)
        return page

    yield opening
    for context in contexts:
        context.close()


def sums(page: Page) -> Locator:
    """The products and their sum."""
    return page.get_by_test_id("stCode").first


class TestInTheBrowser:
    """Each on a page of its own."""

    pytestmark = BROWSER

    def test_the_notes_example_step_by_step(self, visit: Callable[..., Page]) -> None:
        """The first row of the notes' map is 3, 1, 1, 3, the first sum written as they write it; torch agrees."""
        page = visit()
        expect(sums(page)).to_have_text(
            "(1×1) + (0×0) + (0×1) + (0×0) + (1×1) + (0×0) + (0×1) + (0×0) + (1×1) = 3", timeout=20_000
        )
        expect(page.get_by_text("⌊(6 − 3 + 2·0) / 1⌋ + 1 = 4")).to_be_visible()
        for total in (1, 1, 3):
            before = sums(page).inner_text()
            page.get_by_role("button", name="Next", exact=True).click()
            expect(sums(page)).not_to_have_text(before)
            expect(sums(page)).to_have_text(re.compile(rf" = {total}$"))
        for column, value in enumerate((3, 1, 1, 3), 1):
            expect(page.get_by_label(f"Map, row 1, column {column}: {value}", exact=True)).to_be_visible()
        expect(page.get_by_label("Map, row 2, column 1: …", exact=True)).to_be_visible()
        expect(page.get_by_text("✓ torch gives the same map")).to_be_visible(timeout=60_000)

    def test_numbers_are_edited_where_they_stand(self, visit: Callable[..., Page]) -> None:
        """By keyboard alone: an edit changes the sum and torch's map; nonsense is kept and told; the map is walked."""
        page = visit()
        page.get_by_label("Image, row 1, column 1: 1", exact=True).focus()
        page.keyboard.type("5")
        page.keyboard.press("Enter")
        expect(sums(page)).to_contain_text("(5×1) + ", timeout=30_000)
        expect(sums(page)).to_contain_text(" = 7")
        expect(page.get_by_text("✓ torch gives the same map")).to_be_visible(timeout=60_000)
        page.keyboard.press("ArrowRight")
        expect(page.get_by_label("Image, row 1, column 2: 0", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.type("![](x)")
        page.keyboard.press("Enter")
        complaint = 'Image, row 1, column 2: "![](x)" is no number; it should be like 1, −2 or 0.25.'
        expect(page.get_by_test_id("stAlert")).to_have_text(re.compile(re.escape(complaint)), timeout=30_000)
        settled(page)
        page.get_by_label("Image, row 1, column 2: ![](x)", exact=True).click()
        page.keyboard.type("2")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(page.get_by_label("Image, row 1, column 3: 0", exact=True)).to_be_focused()
        page.get_by_label("Map, row 1, column 1: 7", exact=True).focus(timeout=30_000)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Map, row 1, column 2: 3", exact=True)).to_be_visible(timeout=30_000)
        expect(sums(page)).to_contain_text("(2×1) + ")

    def test_examples_and_settings(self, visit: Callable[..., Page]) -> None:
        """RGB adds the sums of three channels; two filters give two maps; 1-D has a length; a padding is hatched."""
        page = visit()

        def choose(start: str) -> None:
            page.get_by_test_id("stSelectbox").get_by_role("combobox").click()
            page.get_by_role("option", name=start).click()

        choose("RGB")
        expect(sums(page)).to_contain_text("red: (9×1) + ", timeout=30_000)
        expect(sums(page)).to_contain_text("18 + 0 + 0 = 18")
        choose("Two filters")
        expect(page.get_by_text("channels = filters = 2")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("✓ torch gives the same maps")).to_be_visible(timeout=60_000)
        choose("1-D")
        expect(sums(page)).to_have_text("(1×0.25) + (1×0.5) + (1×0.25) = 1", timeout=30_000)
        expect(page.get_by_label("padding")).to_have_count(1)  # the form of the example before is gone
        page.get_by_label("padding").fill("1")
        page.get_by_label("padding").press("Enter")
        expect(page.get_by_text("length = ⌊(5 − 3 + 2·1) / 1⌋ + 1 = 5")).to_be_visible(timeout=30_000)
        settled(page)
        page.get_by_label("padding").fill("0")
        page.get_by_label("dilation").fill("3")
        page.get_by_label("dilation").press("Enter")
        expect(page.get_by_test_id("stAlert")).to_contain_text("does not fit the 1×5 input", timeout=30_000)

    def test_pooling(self, visit: Callable[..., Page]) -> None:
        """The notes' map pooled both ways, side by side, played to the end; torch agrees, and a click goes back."""
        page = visit()
        page.get_by_role("radio", name="Pooling").click()
        expect(sums(page)).to_have_text(
            re.compile(r"max\(3, −1, −3, 1\) = 3\s*\(3 \+ \(−1\) \+ \(−3\) \+ 1\) / 4 = 0"), timeout=10_000
        )
        page.get_by_role("button", name="Play").click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=30_000)
        for name, values in (("Max", (3, 12, 3, 4)), ("Average", (0, 3, 0, 1))):
            for (row, column), value in zip(((1, 1), (1, 2), (2, 1), (2, 2)), values, strict=True):
                cell = page.get_by_label(f"{name} pooling, row {row}, column {column}: {value}", exact=True)
                expect(cell).to_be_visible(timeout=30_000)
        expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("✓ torch gives the same maps")).to_be_visible(timeout=60_000)
        page.get_by_label("Max pooling, row 1, column 2: 12", exact=True).click()
        expect(sums(page)).to_contain_text("max(12, −1, 0, 1) = 12", timeout=30_000)

    def test_quiz(self, visit: Callable[..., Page]) -> None:
        """A wrong answer is told its slip and the formula, the next right one counts; Enter is enough."""
        number_ = next(n for n in range(1, 50) if "no padding" in question("easy", n * 1_000).slips)
        first, second = question("easy", number_ * 1_000), question("easy", number_ * 1_000 + 1)
        page = visit(f"learn?quiz={number_}")
        predict(page, first.slips["no padding"])
        expect(page.get_by_test_id("stAlert")).to_contain_text("is not right", timeout=30_000)
        expect(page.get_by_text("the padding is left out")).to_be_visible()
        expect(page.get_by_test_id("stCode").last).to_contain_text(first.why.split("; ")[-1])
        settled(page)
        expect(page.get_by_role("button", name="Next question")).to_be_enabled()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text(second.layers[0][1])).to_be_visible(timeout=30_000)
        predict(page, second.answer)
        expect(page.get_by_test_id("stAlert")).to_contain_text("Right: ", timeout=30_000)
        expect(page.get_by_test_id("stMetricValue").first).to_have_text("1 of 2")

    def test_quiz_about_the_own_design_in_korean(self, visit: Callable[..., Page]) -> None:
        """In Korean, about LeNet-5, which a new visitor has: a question of parameters, judged in Korean."""
        page = visit("learn?quiz=3", "ko-KR")
        page.get_by_role("radio", name="보통: 파라미터").click()
        page.get_by_role("radio", name="내 설계").click()
        asked = question("medium", 3_000, [presets.preset("lenet5")])
        expect(page.get_by_text("신경망 lenet5")).to_be_visible(timeout=30_000)
        predict(page, asked.answer, "예상한 답")
        expect(page.get_by_test_id("stAlert")).to_contain_text("맞았습니다", timeout=30_000)


def predict(page: Page, answer: tuple[int, ...], field: str = "Your prediction") -> None:
    """Type an answer and press Enter."""
    settled(page)
    page.get_by_label(field).fill("x".join(map(str, answer)))
    page.get_by_label(field).press("Enter")
