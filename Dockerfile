# Dateline as a container. One that others can reach needs a login and a token, both given as files:
#
#   docker build -t dateline .
#   mkdir -p secrets && read -rs P && echo "$P" | docker run --rm -i dateline password ann > secrets/logins
#   python3 -c 'import secrets; print(secrets.token_urlsafe())' > secrets/token
#   docker run -d -p 7860:7860 -v dateline:/archive -v "$PWD/secrets:/run/secrets:ro" -v "$HOME/news:/news:ro" \
#     --name dateline dateline serve --host 0.0.0.0 --allow-host news.example \
#     --auth /run/secrets/logins --token-file /run/secrets/token
#   docker exec dateline dateline ingest /news
#
# Passwords travel in the clear unless a proxy in front of it speaks TLS: then add --behind-proxy ADDRESS. For this
# machine only, compose.yaml does the same.

FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest
COPY qa qa
COPY ui ui
# The processor's torch, a tenth the size of the one for graphics cards; it only exports the encoder, once.
RUN python -m venv /dateline \
    && /dateline/bin/pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cpu \
    && /dateline/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --create-home --uid 1000 dateline \
    && install -d -o dateline -g dateline /archive /home/dateline/.cache
COPY --from=build /dateline /dateline
ENV PATH=/dateline/bin:$PATH DATELINE_ARCHIVE=/archive HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1
USER dateline
VOLUME /archive
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["dateline"]
CMD ["serve", "--host", "0.0.0.0", "--allow-host", "localhost", "--auth", "/run/secrets/logins", "--token-file", "/run/secrets/token"]
