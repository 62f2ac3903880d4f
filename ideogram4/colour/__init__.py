"""Colours as people see them: CIELAB, differences, and what a picture has of those asked for.

Uses numpy and no torch. What it is not: the caption's palettes (`ideogram4.caption.colours`).
"""
