FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/cnnshapes

COPY requirements.txt ./
RUN python -m pip install --requirement requirements.txt

COPY pyproject.toml README.md ./
COPY cnnshapes cnnshapes
RUN python -m pip install --no-deps . && rm -r build *.egg-info
COPY .streamlit .streamlit
COPY app app

RUN useradd --create-home --uid 10001 reader
USER reader
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app/main.py", "--server.address=0.0.0.0", "--server.port=8501"]
