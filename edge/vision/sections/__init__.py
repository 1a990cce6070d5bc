"""What a site file may say of cameras: sources, zones and what is watched there, privacy."""
