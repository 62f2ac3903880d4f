"""From words to captions: one provider a file, behind one protocol."""
