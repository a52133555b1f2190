#!/bin/sh
# Trains in the background until it is done, at low priority:
# qa/training/background.sh DATA INIT OUT [EXAMPLES [FROZEN [SEED [TEACHER]]]]
#
# Goes on from OUT/checkpoint.pt where there is one, so the same line starts and resumes. It prints the process's number;
# OUT/log.jsonl says how far it is, OUT/errors.txt what went wrong. Write 10 into /proc/NUMBER/autogroup while something
# else is timed.
#
# jemalloc (Debian: libjemalloc2) because glibc's malloc keeps what batches of varied length leave behind: 13 GB after
# half an hour, where jemalloc stays at 4 GB. It gives nothing back: page faults took a quarter of the time. The cache of oneDNN's compiled kernels is cut for the same reason.
set -eu
[ $# -ge 3 ] || { sed -n 3p "$0" | cut -c3- >&2; exit 2; }
data=$1 init=$2 out=$3 examples=${4:-20000} frozen=${5:-0}
# A folder of its own, an order of its own: two cycles that began with the same questions taught the second nothing.
# A run that is moved, or was begun with a SEED, needs that SEED to go on; '' is none.
seed=${6:-$(basename "$out" | cksum | cut -d' ' -f1)}
teacher=${7:+--teacher $7}
cd "$(dirname "$0")/../.."
mkdir -p "$out"
resume=
[ ! -e "$out/checkpoint.pt" ] || resume=--resume
allocator=$(ls /usr/lib/*/libjemalloc.so.2 2>/dev/null | head -n 1)
[ -n "$allocator" ] || echo 'jemalloc is missing (Debian: libjemalloc2): memory will grow' >&2
export LD_PRELOAD="$allocator" MALLOC_CONF=background_thread:true,thp:always,dirty_decay_ms:-1,muzzy_decay_ms:-1
# Threads that wait for each other sleep: beside other work they would burn a third of the time they get.
export OMP_WAIT_POLICY=PASSIVE ONEDNN_PRIMITIVE_CACHE_CAPACITY=64 HF_HUB_OFFLINE=1
# shellcheck disable=SC2086 # no word where there is nothing to resume, and no teacher
setsid nice -n 10 .venv/bin/python -m qa.training.train --data "$data" --init "$init" --out "$out" \
	--examples "$examples" --measure-every 10000 --frozen "$frozen" --seed "$seed" $teacher $resume </dev/null >>"$out/errors.txt" 2>&1 &
echo $!
