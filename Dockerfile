# The desk in a container: `docker build -t threadkeeper .`; compose.yaml and deploy/kubernetes.yaml
# run it. Nothing secret is in the image: settings come from the environment (docs/operating.md).
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS packages
# `--build-arg REQUIREMENTS=semantic` adds what finds articles by meaning (docs/knowledge.md).
ARG REQUIREMENTS=runtime
RUN python -m venv /opt/venv
COPY requirements/runtime.txt requirements/semantic.txt /tmp/
# By hash, and wheels only: nothing of a package runs while it is installed.
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r /tmp/${REQUIREMENTS}.txt
# 39 MB of onnxruntime that its Python side never opens: the library for C, and its converters.
RUN cd /opt/venv/lib/python*/site-packages \
 && rm -rf onnxruntime/capi/libonnxruntime.so.* \
    onnxruntime/quantization onnxruntime/tools onnxruntime/transformers

FROM python:${PYTHON}-slim
RUN groupadd --system --gid 10001 desk \
 && useradd --system --uid 10001 --gid desk --home-dir /app --no-create-home desk \
 && install -d -o desk -g desk -m 0700 /app/var
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY LICENSE manifest.yml app.py ./
COPY bot bot
COPY handlers handlers
COPY sandbox sandbox
COPY storage storage
COPY templates templates
COPY web web
# The Slack SDK asks for a home when it is imported, also for a user id that nobody knows.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/app \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=3000
RUN python -m compileall -q app.py bot handlers sandbox storage web
USER 10001:10001
# SQLite, and the key that was made for it, where no ENCRYPTION_KEYS are given.
VOLUME /app/var
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:%s/healthz' % os.environ['PORT'], timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "app.py"]
CMD ["run"]
