"""The stages of repair, text first, then structure; `ideogram4.caption.repair` is the door."""
