# Debian's Caddy behind the part of the official image's interface that docker-compose.yml uses.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends caddy ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /config /data
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
VOLUME /config /data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
