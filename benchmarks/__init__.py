"""The service measured beside its peers, in the same run on the same data: `make bench` writes docs/benchmarks.md."""
