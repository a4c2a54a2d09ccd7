"""Results and stored data as files: CSV, XLSX, GeoJSON, GeoPackage, and the empty forms to fill in."""
