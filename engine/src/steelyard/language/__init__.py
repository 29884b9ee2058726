"""Typed expressions, and the condition language that compiles to them.

In: facts and constants (`expressions`), the text of a condition (`conditions`).
Out: plan nodes with type, scale and proved interval.
Keeps: exactness; every value is a scaled integer inside its interval.
Never: evaluates a node.
"""
