"""CTC: from a network's outputs to likely texts (Graves et al., Connectionist Temporal Classification, 2006)."""
