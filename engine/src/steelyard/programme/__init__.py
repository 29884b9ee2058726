"""What comes after the score: leaderboards, certified staff, and who serves which customer.

In: results of a run, files of holders, agents and inquiries; declarations of the book as data.
Out: leaderboards, the state of every certificate, the agent of every inquiry, with reasons.
Keeps: exact numbers, one total order, counts that add up; the same result for any order of rows.
Never: changes a score or a plan, reads a clock, or loses a row without a reason.
"""
