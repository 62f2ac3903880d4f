"""How noise becomes a picture, step by step: presets, limits, schedule, layout, the denoising loop.

Nothing is re-exported here on purpose: `presets` and `limits` are read by code that must start
without torch, so importing this package must stay free.
"""
