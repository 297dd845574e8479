# This machine's node and npm with its settings, for builds that reach no image registry.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libstdc++6 ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
COPY settings /root/.npmrc
# Whom this machine trusts, a registry of its own network perhaps.
COPY authorities.pem /etc/ssl/
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/authorities.pem
