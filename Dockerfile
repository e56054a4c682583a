# The portal's image in three stages: front end and nets, Python packages, and what runs.

FROM python:3.11.13-slim-bookworm AS packages
WORKDIR /srv/portal
RUN python -m venv /opt/portal
COPY requirements.lock ./
RUN /opt/portal/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11.13-slim-bookworm AS built
WORKDIR /srv/portal
RUN python -m venv .venv
COPY requirements-dev.lock ./
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.lock
COPY . .
RUN .venv/bin/python -m portal.node npm ci --ignore-scripts --no-audit --no-fund \
    && .venv/bin/python -m photos.nets.fetch \
    && .venv/bin/python -m portal.node node static/build.mjs \
    && DJANGO_SETTINGS_MODULE=portal.settings.test PORTAL_VAR_DIR=/tmp/build .venv/bin/python manage.py compile_messages \
    && rm -rf .venv node_modules

FROM python:3.11.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/portal --no-create-home portal \
    && mkdir -p /srv/portal/var /srv/portal/anchors \
    && chown portal /srv/portal/var /srv/portal/anchors
ENV PATH=/opt/portal/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/portal
COPY --from=packages /opt/portal /opt/portal
COPY --from=built /srv/portal /srv/portal
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", "--worker-tmp-dir", "/tmp", "--no-control-socket"]
