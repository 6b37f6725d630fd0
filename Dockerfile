# One image for all services: `docker build -t kryten-economy .`; compose.yaml runs one container a service.
FROM python:3.12-slim AS build
WORKDIR /src
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY services services
COPY libs libs
COPY kryten_economy kryten_economy
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt .

FROM python:3.12-slim
RUN groupadd --system --gid 10001 economy \
    && useradd --system --uid 10001 --gid economy --home-dir /var/lib/kryten-economy --create-home economy
COPY --from=build /opt/venv /opt/venv
COPY deploy/ready /usr/local/bin/ready
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER economy
WORKDIR /var/lib/kryten-economy
VOLUME /var/lib/kryten-economy
ENTRYPOINT ["kryten-economy"]
CMD ["--help"]
