"""The kit itself: a browser that sees nothing wrong with anything would prove nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import kit
from tests.browser.kit import PHONE, Browse

POOR = """<!doctype html><html lang="en"><title>Poor</title><main><h1>Poor</h1>
<p style="width: 900px; color: #aaa; background: #fff">Pale words.</p><img src="picture.png">
<script>console.error("no good"); missing();</script></main></html>"""


def test_what_is_wrong_with_a_page_is_seen(browse: Browse, tmp_path: Path) -> None:
    path = tmp_path / "poor.html"
    path.write_text(POOR, encoding="utf-8")
    visit = browse(path.as_uri(), **PHONE)
    assert {line.split(":")[0] for line in visit.axe()} == {"color-contrast", "image-alt"}
    assert visit.overflows() > 0
    assert visit.requests == [path.as_uri(), (tmp_path / "picture.png").as_uri()]
    assert {"no good", "missing is not defined"} <= {
        one.removeprefix("ReferenceError: ") for one in visit.complaints
    }


def test_what_is_missing_skips_and_in_continuous_integration_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    with (
        pytest.raises(pytest.fail.Exception, match="chromium is missing: apt-get install chromium"),
        kit.chromium(),
    ):
        pass
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="chromium is missing"), kit.chromium():
        pass
