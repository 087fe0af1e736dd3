# Supervises one attempt from its start to its recorded end; run as `sh shim.sh <control folder>` in a session of its own, with an almost empty
# environment. POSIX shell, because one Node process for each job would cost more than most jobs. Everything it leaves is in the control folder:
#   start   "pid start-ticks boot-id", made exclusively: who makes it runs the command, so that two submits cannot start it twice
#   log     what the command wrote
#   status  facts of the end while they are gathered; becomes `exit` by rename, last of all
cd "$1" || exit 1
exec </dev/null >/dev/null 2>>startup.log
. ./settings.sh

read -r stat </proc/$$/stat
set -- ${stat##*) }
shift 19
read -r boot </proc/sys/kernel/random/boot_id
set -C
{ echo "$$ $1 $boot" >start; } 2>/dev/null || exit 0
set +C

# Caught, not ignored: an ignored signal would stay ignored in the command.
trap : HUP INT TERM

# "number start-ticks" of the calling subshell, into the named file.
write_identity() {
  read -r stat </proc/self/stat
  set -- "$1" ${stat##*) }
  echo "${stat%% *} ${21}" >"$1"
}

# The time limit must hold when the server is dead, so it is kept here.
watch_the_clock() {
  trap 'kill "$sleeper"; wait "$sleeper"; exit 0' TERM
  sleep "$wall_seconds" &
  sleeper=$!
  wait "$sleeper"
  exec /bin/sh "$library/terminate.sh" . timed-out 5
}

# dd passes each write on at once and counts what it copied, which a shell loop could not do at speed. It counts reads, not bytes, so it is given
# as many as surely fit and called again. Past the cap only the newest tail is kept, which costs the same however much comes.
copy_log() {
  left=$log_head_bytes
  while [ "$left" -ge 1048576 ]; do
    blocks=$((left / 16384))
    dd bs=16384 count="$blocks" of=log oflag=append conv=notrunc 2>copied || {
      echo "The log could not be written: the disk may be full." >>startup.log
      exec cat >/dev/null
    }
    while read -r count unit direction _; do
      case "$unit $direction" in
        'records in') records=$count ;;
        bytes*) bytes=$count ;;
      esac
    done <copied
    [ $(($records)) -eq "$blocks" ] || return
    left=$((left - bytes))
  done
  printf '\n[plinth] The log is full. From here on only the last %s bytes are kept; they follow when the command ends.\n' "$log_tail_bytes" >>log
  nice -n 19 tail -c "$log_tail_bytes" >log.tail
  printf '[plinth] The last %s bytes:\n' "$log_tail_bytes" >>log
  cat log.tail >>log
  : >log.tail
}

# What unshare starts is the first process of the new tree: when it ends, or unshare is killed, the kernel ends the whole tree.
run() {
  write_identity stage
  exec 3<launch.sh 4>>status
  open_groups
  exec ${unshare:-} /bin/sh "$library/init.sh"
}

clock=
if [ -n "$wall_seconds" ]; then
  watch_the_clock &
  clock=$!
  # Written here and before anything else runs: what ends an attempt must find the clock, however early that is.
  read -r stat <"/proc/$clock/stat"
  set -- ${stat##*) }
  echo "$clock ${20}" >clock
fi
run | copy_log
[ -z "$clock" ] || kill "$clock"

# `key value` lines of a cgroup file, or its single value when no key is named.
fact() {
  [ -r "$2" ] || return
  while read -r key value; do
    case "$3" in
      '') echo "$1 $key" ;;
      "$key") echo "$1 $value" ;;
    esac
  done <"$2"
}
{
  fact oom-kills "$oom_file" oom_kill
  fact peak-memory-bytes "$peak_file" ''
  fact "cpu-$cpu_unit" "$cpu_file" "$cpu_key"
  [ ! -r reason ] || { read -r reason <reason && echo "reason $reason"; }
} >>status
# It holds the attempt's secrets.
: >launch.sh
mv status exit
remove_groups
