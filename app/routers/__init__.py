"""One file per resource: parse, one service call, shape the answer."""
