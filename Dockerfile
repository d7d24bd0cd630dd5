# One image for every process of KIMHub: web, worker, relay and operator commands (compose.yaml).
# Nothing of the embedded servers or of the tests is in it: see requirements-production.lock.

FROM node:20-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements-production.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-production.lock
COPY wsgi.py gunicorn.conf.py package-lock.json ./
COPY tenants tenants
COPY kimhub kimhub
COPY migrations migrations
COPY --from=assets /app/node_modules node_modules
RUN /venv/bin/python -m kimhub.core.web.assets \
 && rm -r node_modules \
 && /venv/bin/python -m compileall -q kimhub tenants migrations

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kimhub \
 && install --directory --owner=kimhub --mode=0700 /var/lib/kimhub
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KIMHUB_ENVIRONMENT=production \
    KIMHUB_VAR=/var/lib/kimhub
USER kimhub
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "kimhub", "health"]
CMD ["gunicorn", "wsgi:application"]
