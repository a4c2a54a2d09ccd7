"""What the service answers to some 350 requests and forty files, written down so that two states can be compared.

    python -m tests.recorded before        # all answers as files in a folder
    python -m tests.recorded after         # again, after a change that must change nothing
    diff --recursive before after

The database is a new one: SQLite, or the one without rows that `--database-url` names. The sample county is stored,
with streets, homes and facilities around it, all by the service's own requests. Moments, random identifiers, and sizes
and hashes of files are written as `<moment>`, `<id>` and `<file>`; all else is as it is answered.
"""
