"""Networks and how they are trained, calibrated and exported. The only home of Keras."""
