from tests.geometry.reference_data import ARE_PRESENT

collect_ignore = [] if ARE_PRESENT else ["test_reference_data.py"]
