"""Facility Standards: are the service facilities that a community-service plan asks for there?"""

from importlib.metadata import version

__version__ = version("facility-standards")
