#!/usr/bin/env bash
# Makes the images that docker-compose.yml and deploy/Dockerfile begin with, on a machine that reaches Debian's packages
# but no image registry: Debian by debootstrap (run this as root), Rust and node from this machine, the servers from
# Debian.
set -euo pipefail
cd "$(dirname "$0")"
export DOCKER_BUILDKIT=1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

debootstrap --variant=minbase bookworm "$scratch/debian" >"$scratch/debootstrap.log"
rm -rf "$scratch"/debian/var/cache/apt/archives/*.deb "$scratch"/debian/var/lib/apt/lists/*
tar --directory "$scratch/debian" --create . | docker import - debian:bookworm-slim

# Tagged as what they are: docker-compose.yml takes them by POSTGRES_IMAGE, RABBITMQ_IMAGE, CADDY_IMAGE and PROMETHEUS_IMAGE.
for server in postgres rabbitmq caddy prometheus; do
  docker build --network=host --file "$server.Dockerfile" --tag "deskbell-offline/$server" .
done

mkdir -p "$scratch/node"
cp "$(readlink -f "$(command -v node)")" "$scratch/node/node"
cp --recursive "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$scratch/node/npm"
cat "$(npm config get userconfig 2>/dev/null)" >"$scratch/node/settings" 2>/dev/null || touch "$scratch/node/settings"
cp "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$scratch/node/authorities.pem"
docker build --network=host --file node.Dockerfile --tag node:20-bookworm-slim "$scratch/node"

# The crates as they were downloaded; cargo unpacks them where it builds.
cargo fetch --locked --manifest-path ../../Cargo.toml
sysroot=$(rustc --print sysroot)
mkdir -p "$scratch/rust/toolchain"
cp --recursive --reflink=auto "$sysroot/bin" "$sysroot/lib" "$scratch/rust/toolchain/"
cp --recursive --reflink=auto "${CARGO_HOME:-$HOME/.cargo}/registry" "$scratch/rust/registry"
rm -rf "$scratch/rust/registry/src"
docker build --network=host --file rust.Dockerfile --tag rust:1.95-bookworm "$scratch/rust"
