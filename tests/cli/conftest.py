"""Commands within the tests' own process read files as the service's tests do."""

from tests.forked_readers import forked_readers

__all__ = ["forked_readers"]
