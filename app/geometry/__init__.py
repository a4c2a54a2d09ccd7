"""Coordinates into longitude and latitude; geometry checked, never repaired; areas and distances on the ellipsoid."""
