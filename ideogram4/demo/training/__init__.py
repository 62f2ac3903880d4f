"""What the demo is trained with: networks, batches, losses, optimiser."""
