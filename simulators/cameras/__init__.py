"""Simulated cameras: scenes over RTSP, MJPEG and snapshots, with the faults of real cameras."""
