"""How many small faults in the core the tests notice: seeded mutants of app/standards, app/walking and app/readers.

`make mutants` changes one place at a time in a copy of the tree, and runs the tests of that folder against it. It is
run by hand: each mutant takes as long as its tests. What changes no behaviour is listed in equivalent.toml, with the
reason.
"""
