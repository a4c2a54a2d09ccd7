"""Use cases: load, check, assess, store. One file per family of use cases."""
