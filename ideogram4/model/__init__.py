"""The networks: language model features, single-stream transformer, autoencoder.

Each is built from the checkpoint's own configuration, so the small demo and the full model are the
same code with other numbers. Nothing here reads files or knows how weights are stored.
"""
