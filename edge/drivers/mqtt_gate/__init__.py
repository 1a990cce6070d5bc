"""Face gates of the "Terminal MQTT Protocol" family behind a broker."""
