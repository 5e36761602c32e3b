# make app    set up .venv and serve the page
# make test   set up .venv and run all checks and tests
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
.PHONY: help app test check bench bench-page bench-train fuzz sweep clean

help:
	@sed -n 's/^# //p' Makefile

.venv/app: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv/test: .venv/app tests/requirements.txt tests/requirements-models.txt
	$(BIN)/python -m pip install --quiet --requirement tests/requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --requirement tests/requirements-models.txt
	touch $@

# make app PORT=8600 serves on another port
app: .venv/app
	$(BIN)/python -m streamlit run app/main.py --server.port=$(PORT)

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/pytest --numprocesses=2 --dist=loadfile

# make bench  print what the README quotes, measured here and now
bench: .venv/test
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_page

# make bench-page  how quick the page is: its start, an edit, 50 clients at once
bench-page: .venv/test
	$(BIN)/python -m tests.bench_page

# make bench-train  training speed against the usual loops, measured here and now; with DATA=folder of the real
#                   CIFAR-10 images, how long they take too
bench-train: .venv/test
	OMP_WAIT_POLICY=passive $(BIN)/python -m tests.bench_train $(DATA)

# make fuzz   the same properties as in make test, on many more examples
fuzz: .venv/test
	$(BIN)/pytest --numprocesses=2 --hypothesis-profile=fuzz tests

# make sweep  hold 365 models of timm, where that is installed, against torch; make sweep OF=pytorchcv or
#             OF=segmentation_models_pytorch those of another library
sweep: .venv/test
	$(BIN)/python -m tests.sweep $(OF)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
