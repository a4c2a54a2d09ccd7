"""Real streets are searched where they lie beside the repository."""

from tests.walking.real_streets import DATA

collect_ignore = [] if DATA.is_dir() else ["test_real_streets.py", "test_real_shares.py"]
