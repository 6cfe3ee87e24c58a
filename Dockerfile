# Its steps are the Makefile's own, so that what is tested is what is shipped.
FROM python:3.12-slim-bookworm AS build
# hadolint ignore=DL3008  # the distribution's own version, as fixed by the base image
RUN apt-get update \
 && apt-get install -y --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/rongce
COPY Makefile .python-version ./
COPY tools tools
COPY requirements requirements
COPY bot bot
COPY actions actions
RUN make setup
COPY documents documents
COPY nlu nlu
COPY stories stories
COPY evaluation evaluation
COPY domain.yml config.yml endpoints.yml ./
RUN make model && rm -rf .tools .rasa

FROM python:3.12-slim-bookworm
RUN useradd --create-home --uid 10001 rongce
WORKDIR /srv/rongce
COPY --from=build /srv/rongce /srv/rongce
RUN mkdir state && chown rongce:rongce state
USER 10001
# the home is read-only under compose.yaml, and matplotlib would warn of it at each start
ENV RONGCE_HOST=0.0.0.0 \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONUNBUFFERED=1
VOLUME ["/srv/rongce/state"]
EXPOSE 5005
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5005/readyz', timeout=4)"]
ENTRYPOINT [".venv/bin/python", "-m", "bot"]
CMD ["serve"]
