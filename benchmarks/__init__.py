"""Measurements against the software people would otherwise use. See README.md in this folder."""
