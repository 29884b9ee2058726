"""Plugins: discovery of the installed ones, the core's item types, a scaffold for new ones.

In: entry points of installed distributions, facts files, answers to the scaffold's questions.
Out: the catalogue of facts and item types; a new plugin's source tree.
Keeps: each plugin apart; a broken plugin is reported by name and removes nothing else.
Never: lets the order of registration reach a score.
"""
