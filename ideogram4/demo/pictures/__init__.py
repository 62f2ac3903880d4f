"""Synthetic scenes: what is in them, the captions that describe them, and how they are drawn."""
