# The Node.js of package.json, on the Debian that its binaries are tested with.
FROM node:26.10.0-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM packages AS build
# No script of a package runs: the image has its Node.js, and needs no PostgreSQL.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts/openapi-plugin.mjs scripts/
COPY src src
COPY migrations migrations
RUN npm run build

FROM packages AS production
RUN npm ci --ignore-scripts --omit=dev

FROM node:26.10.0-trixie-slim
ENV NODE_ENV=production
WORKDIR /app
# All of it belongs to root, so that the process cannot change its own code.
COPY package.json package-lock.json ./
COPY --from=production /app/node_modules node_modules
COPY --from=build /app/dist dist
# The user "node" of the image, as a number: Kubernetes believes no name to be anybody but root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "dist/src/main.js"]
