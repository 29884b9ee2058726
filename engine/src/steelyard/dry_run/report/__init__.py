"""Reports of a dry run: text, Markdown, JSON, one HTML page.

In: an `Impact` and the verdicts of its guardrails.
Out: text in English or Chinese, JSON data, HTML.
Keeps: exact counts; shares are rounded only for display.
Never: computes an impact.
"""
