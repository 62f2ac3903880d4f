"""The studio: one page, one caption, edited on a canvas, in a palette, in an inspector and as JSON.

What it is not: the model. Only `ui.service` touches the pipeline, and nothing here imports torch.
"""
