# The app beside a vLLM server on a machine with an NVIDIA GPU. UNTESTED: no image has been built from it yet; a test
# checks that files, modules and settings named here exist (tests/serving/test_docker.py).
#
#   docker build -t agentflow-live .
#   docker run --gpus all -p 127.0.0.1:7860:7860 -v agentflow:/home/agentflow agentflow-live
#   docker run ... -e MODEL=Qwen/Qwen2.5-3B-Instruct -e AGENTFLOW_API_KEY=... agentflow-live
#
# The page answers whoever reaches its port and has no log-in: publish it on loopback, or behind a proxy that has one.
# Two environments, because the requirements of vLLM and of the app do not fit together. Weights are downloaded at the
# first start and stay in the volume, as runs do.
#
# With nvcc, because vLLM compiles some of its kernels at start.
FROM nvidia/cuda:13.0.1-devel-ubuntu24.04

RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-dev python3-venv build-essential ca-certificates tini \
    && rm -rf /var/lib/apt/lists/*

# Ubuntu's image brings a user 1000 of its own.
RUN useradd --create-home --uid 10001 agentflow
WORKDIR /app

COPY serving/requirements-gpu.txt serving/requirements-gpu.txt
RUN python3 -m venv /opt/vllm && /opt/vllm/bin/pip install --no-cache-dir -r serving/requirements-gpu.txt

# The app computes nothing on the GPU: the server does.
COPY requirements.txt requirements.txt
RUN python3 -m venv /opt/app \
    && /opt/app/bin/pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt

COPY app.py ./
COPY agentflow_core agentflow_core
COPY assets assets
COPY demo demo
COPY serving serving
COPY tools tools
COPY training training

USER agentflow
ENV MODEL=Qwen/Qwen2.5-7B-Instruct \
    CONTEXT=16384 \
    HF_HOME=/home/agentflow/.cache/huggingface \
    AGENTFLOW_HOME=/home/agentflow/runs \
    AGENTFLOW_TRAINING_RUNS=/home/agentflow/training \
    AGENTFLOW_OWN_MODELS_ONLY=true \
    AGENTFLOW_CODE_STRICT=true \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860
VOLUME /home/agentflow
EXPOSE 7860
HEALTHCHECK --interval=30s --start-period=30m CMD ["/opt/app/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/', timeout=5)"]
ENTRYPOINT ["tini", "-g", "--", "sh", "serving/container.sh"]
