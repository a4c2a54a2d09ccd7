"""Work that outlives its request: taken by workers, done in chunks, carried on by others when a worker dies."""
