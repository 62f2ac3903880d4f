"""Where weights live while pictures are made: plans, their estimates, and carrying them out."""
