"""Mutation tests of the rules: every small change to a rule's SQL, or to a value of the law that it reads, must make one
of the rule's worked examples fail, or be listed in `equivalents/<rule_id>.yaml` with the reason why it changes nothing.

`python -m tests.mutation [RULE...]` prints the kill rate per rule and what survived; `--tables [TABLE...]` changes the
tables instead. `test_sample.py` tries a seeded sample in every test run.
"""
