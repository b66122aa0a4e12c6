# Built with buildah and run in a chroot by `npm run matrix -- image` (docs/deployment.md); no container engine was at hand.
ARG NODE=24
FROM node:${NODE}-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY scripts/install.mjs scripts/project.mjs scripts/
RUN node scripts/install.mjs
COPY . .
RUN mkdir /package && npm run --silent sbom > /package/sbom.cdx.json && npm pack --pack-destination /package && mv /package/*.tgz /package/vestibule.tgz

FROM node:${NODE}-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=:: PORT=3000 DATA_DIR=/data
# The versions that were tested: npm does not follow the lock file inside a tarball that it installs.
RUN --mount=from=build,source=/package,target=/package \
  tar -xzf /package/vestibule.tgz --strip-components=1 && cp /package/sbom.cdx.json . \
  && npm pkg delete devDependencies \
  && npm ci --omit=dev --legacy-peer-deps --ignore-scripts --no-audit --no-fund \
  && npm cache clean --force && chmod +x scripts/bin.mjs \
  && ln -s /app/scripts/bin.mjs /usr/local/bin/vestibule && install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/bin.mjs"]
