"""What follows from what is seen: one module for each thing that is watched for."""
