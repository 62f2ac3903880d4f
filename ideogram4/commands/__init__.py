"""What the `ideogram4` command can do, one command a file. Nothing here imports torch at import."""
