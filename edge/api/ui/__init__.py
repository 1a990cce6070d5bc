"""The technician's page: what a person sees of the gateway in a browser."""
