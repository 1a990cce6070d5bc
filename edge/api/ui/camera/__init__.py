"""A camera as a technician looks at it: pure views, from the model to what a page shows."""
