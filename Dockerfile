FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.lock .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home bot \
    && mkdir data \
    && chown bot data
COPY --from=build /opt/venv /opt/venv
COPY storage storage
COPY bot bot
COPY cogs cogs
USER bot
VOLUME /app/data
STOPSIGNAL SIGTERM
# Healthy without a look where HEALTH_PORT is off.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "\
import os, sys, urllib.request; \
port = os.environ.get('HEALTH_PORT') or '0'; \
sys.exit(0 if port == '0' else urllib.request.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=4).status != 200)"]
CMD ["python", "-m", "bot"]
