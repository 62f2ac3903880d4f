"""Pictures read: into a caption, and back against the caption that was asked for.

Who looks is a model (`Ideogram4Pipeline.describe`) or a service with vision (`chat`); what comes
back is made a caption by `answer`, and `likeness` compares it with another. Imports no torch.
"""
