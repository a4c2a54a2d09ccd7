"""Files that users send, read in a process of their own into typed columns, with every bad cell named."""
