"""End to end: a private Docker Engine with an example trading stack, watched and healed by the real programs."""
