"""Pictures read: into a caption, and back against the caption that was asked for.

    reading = read_whole(image, choose_reader(settings, "chat", local))
    compare_captions(asked, reading.caption).summary

Who looks is a model (`Ideogram4Pipeline.describe`) or a service with vision; both come through one
door, `read_picture`. Imports no torch. What it is not: anything that changes a person's caption.
"""
