"""What must be seen on a drawn diagram."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.people import SLOW

# Whether the mark is what one sees at its centre and corners: nothing lies over it, nothing cuts it off.
ON_TOP = """mark => {
  const box = mark.getBoundingClientRect();
  const [left, right] = [box.left + 3, box.right - 3], [top, bottom] = [box.top + 3, box.bottom - 3];
  const points = [[(left + right) / 2, (top + bottom) / 2], [left, top], [right, top], [left, bottom], [right, bottom]];
  return points.map(([x, y]) => mark.contains(document.elementFromPoint(x, y)));
}"""


def assert_drawn(page: Page, *, active: str, overdue: str, fired: str) -> None:
    """The step in progress, the late one and the checkpoint that fired are marked; the bpmn.io mark is in full view."""
    expect(page.locator("#diagram[data-ready=true]")).to_be_visible(timeout=SLOW)
    for element, kind in ((active, "active"), (overdue, "overdue"), (fired, "fired")):
        expect(page.locator(f'#diagram .djs-element.is-{kind}[data-element-id="{element}"]')).to_have_count(1)
    for kind in ("active", "overdue", "fired"):
        expect(page.locator(f"#diagram .diagram-sign-{kind}").first).to_be_visible()
    mark = page.locator("#diagram a.bjs-powered-by")
    mark.scroll_into_view_if_needed()
    expect(mark).to_be_visible()
    expect(mark).to_have_css("opacity", "1")
    box = mark.bounding_box()
    assert box is not None and box["width"] >= 50 and box["height"] >= 20, box
    assert all(mark.evaluate(ON_TOP)), "something lies over the bpmn.io mark"
