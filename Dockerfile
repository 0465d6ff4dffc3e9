# syntax=docker/dockerfile:1
# The node and the feeder, built from this checkout.
#
#   docker build -t strata --build-arg COMMIT=$(git rev-parse --short=11 HEAD) .
#   docker run --rm -i -v strata:/data --entrypoint tee strata /data/chain.json < chain.json > /dev/null
#   docker run --rm -v strata:/data strata key generate-node-key --base-path /data --chain /data/chain.json
#   docker run -d --name strata -v strata:/data -p 30333:30333 -p 127.0.0.1:9944:9944 strata --base-path /data \
#     --chain /data/chain.json --name my-node --rpc-external --rpc-methods safe --prometheus-external
#   docker run -d --name feeder -v /etc/strata-feeder:/etc/strata-feeder:ro --no-healthcheck \
#     --entrypoint strata-feeder strata run --config /etc/strata-feeder/strata-feeder.toml
#
# What follows the image's name is the node's command line, subcommands included: these take no option before them, so
# that --base-path is given each time. Whoever forgets it finds the node's files in /data/.local, in the volume too.
# docs/operations.md says what the options do. The image holds no keys and no chain specification.

# The version that rust-toolchain.toml pins; the build stops if the two differ.
ARG RUST=1.95.0

FROM rust:${RUST}-slim-bookworm AS build
ARG RUST
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		build-essential ca-certificates git libssl-dev pkg-config protobuf-compiler \
	&& rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY rust-toolchain.toml ./
RUN grep -qx "channel = \"${RUST}\"" rust-toolchain.toml \
	&& rustup target add wasm32v1-none
COPY . .
# .git is not copied: the version that the node shows takes the commit from here.
ARG COMMIT=unknown
# `metadata-hash` for wallets that check what they sign costs a second build of the runtime: live chains
# want it. `--build-arg FEATURES=strata-runtime/metadata-hash`
ARG FEATURES=
ENV CARGO_INCREMENTAL=0 \
	CARGO_TARGET_DIR=/build/target \
	SUBSTRATE_CLI_GIT_COMMIT_HASH=${COMMIT} \
	WASM_BUILD_WORKSPACE_HINT=/build
# The caches stay with the builder and not in the image; what is needed of them is taken out.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
	--mount=type=cache,target=/build/target,sharing=locked \
	cargo build --release --locked -p strata-node -p strata-feeder --features "${FEATURES}" \
	&& mkdir /out \
	&& cp target/release/strata-node target/release/strata-feeder /out/

FROM debian:bookworm-slim
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		ca-certificates curl \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin strata \
	&& install -d -o strata -g strata -m 0750 /data
COPY --from=build /out/strata-node /out/strata-feeder /usr/local/bin/
# A binary that misses a library fails here and not on somebody's server.
RUN strata-node --version && strata-feeder --version

USER strata
WORKDIR /data
VOLUME /data
# Other nodes; JSON-RPC; metrics. The last two listen on the container's own address only with
# --rpc-external and --prometheus-external, and are not for the open internet.
EXPOSE 30333/tcp 9944/tcp 9615/tcp
# Its RPC server answers, on the usual port: map another one of the host to it instead of --rpc-port, or give
# --health-cmd. A node that is catching up, or has no peers yet, is not ill.
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
	CMD curl -fsS -H 'Content-Type: application/json' \
		-d '{"jsonrpc":"2.0","id":1,"method":"system_health","params":[]}' \
		http://127.0.0.1:9944 | grep -q '"isSyncing"'
# SIGTERM stops it in order.
STOPSIGNAL SIGTERM
ENTRYPOINT ["strata-node"]
CMD ["--base-path", "/data"]
