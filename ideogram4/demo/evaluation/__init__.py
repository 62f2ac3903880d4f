"""How well the demo obeys: held-out captions, measures, tables and contact sheets."""
