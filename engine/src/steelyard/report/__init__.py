"""Reports: scorecards, facts, plugins and edits as text for people and data for programs.

In: scorecards and rejects, declarations, edits, proven bounds.
Out: text, Markdown, HTML, and JSON under a published schema.
Keeps: exact numbers; the same bytes for the same input.
Never: computes a score, or writes to a terminal.
"""
