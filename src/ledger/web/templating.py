"""Datasette's own templates, made fit for a strict content security policy and for screen readers.

They are used as they are and not copied; what they lack is put into what they render. Text of the record is
escaped there, so that none of it looks like the tags that are replaced.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

_LABELS: Final = {
    '<select name="_filter_column': '<select aria-label="Column" name="_filter_column',
    '<select name="_filter_op': '<select aria-label="Comparison" name="_filter_op',
    '<input type="text" name="_filter_value': '<input type="text" aria-label="Value" name="_filter_value',
    '<select name="_sort"': '<select aria-label="Sort by" name="_sort"',
    '<textarea id="sql-editor"': '<textarea aria-label="SQL" id="sql-editor"',
    'class="cross">&#x2716;': 'class="cross" aria-label="Remove">&#x2716;',
    '<div class="table-wrapper">': '<div class="table-wrapper" role="region" aria-label="Rows" tabindex="0">',
    "<h3>": '<h2 class="h3">',
    "</h3>": "</h2>",
}


def with_nonce(html: Markup, nonce: str) -> Markup:
    """Scripts and styles of a template with the nonce that lets a browser run them."""
    for tag in ("script", "style"):
        html = html.replace(Markup(f"<{tag}>"), Markup('<{} nonce="{}">').format(Markup(tag), nonce))  # noqa: S704
    return html


def accessible(html: Markup) -> Markup:
    """Fields with labels, scrolling tables that the keyboard reaches, headings in order."""
    for lacking, whole in _LABELS.items():
        html = html.replace(Markup(lacking), Markup(whole))  # noqa: S704 - constants of this module
    return html
