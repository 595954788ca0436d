# offerform and git, which it asks for older commits; no shell scripts, no root. See docs/installing.md.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential cmake \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Cargo.toml Cargo.lock action.yml ./
COPY benches benches
COPY crates crates
COPY examples examples
COPY schemas schemas
COPY src src
RUN cargo build --profile dist --locked --bin offerform

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    # What is mounted belongs to somebody else than the user here; there is nothing else to protect.
    && git config --system --add safe.directory '*' \
    && useradd --uid 10001 --create-home offerform
COPY --from=build /source/target/dist/offerform /usr/local/bin/offerform
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/offerform/
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["offerform"]
