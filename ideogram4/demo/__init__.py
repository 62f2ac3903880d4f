"""How the demo checkpoint in `checkpoint/` was made: synthetic pictures, training, export.

The smallest complete example of training such a model. Nothing here is imported when pictures are
made; the checkpoint is loaded like any other. See README.md beside this file.
"""
