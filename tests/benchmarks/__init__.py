"""Figures side by side: what the product does against the bare libraries, in one run on one machine."""
