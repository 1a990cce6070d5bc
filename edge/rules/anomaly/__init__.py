"""What is not as usual: statistics of single points that need no model and no training."""
