# This machine's Rust and the crates it has fetched, for builds that reach no registry.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev ca-certificates \
    && rm -rf /var/lib/apt/lists/*
ENV CARGO_HOME=/usr/local/cargo CARGO_NET_OFFLINE=true
COPY toolchain/bin/cargo toolchain/bin/rustc /usr/local/bin/
COPY toolchain/lib /usr/local/lib
COPY registry /usr/local/cargo/registry
