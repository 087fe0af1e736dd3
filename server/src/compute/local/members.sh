# Finds and ends the processes of an attempt; needs settings.sh, and the control folder as working folder.

# One process number a line. By cgroup where there is one; else by the mark in the environment, by session, and by who can still write to the
# log, for as long as someone can the log has no end. A process escapes that only by doing all three: a new session, a wiped environment and
# other outputs.
members() {
  if [ -n "$members_file" ]; then
    [ ! -r "$members_file" ] || cat "$members_file"
    return
  fi
  # Most are found in more than one way; a second signal to the same process would end it in the middle of its own ending.
  find_members | sort -un
}

find_members() {
  grep -lsz "^PLINTH_ATTEMPT=$mark\$" /proc/[0-9]*/environ | while IFS=/ read -r _ _ process _; do echo "$process"; done
  [ -r session ] || return
  read -r supervisor _ <stage
  read -r output <output
  find /proc/[0-9]*/fd -lname "pipe:\\[$output\\]" -perm -200 2>/dev/null | while IFS=/ read -r _ _ process _; do
    [ "$process" = "$supervisor" ] || echo "$process"
  done
  read -r session <session
  for file in /proc/[0-9]*/stat; do
    { read -r stat <"$file"; } 2>/dev/null || continue
    set -- ${stat##*) }
    [ "$4" != "$session" ] || [ "$1" = Z ] || echo "${stat%% *}"
  done
}

# True while the process whose "number start-ticks" are in the named file lives and is the same one.
lives() {
  [ -r "$1" ] || return 1
  read -r process ticks _ <"$1"
  { read -r stat <"/proc/$process/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$ticks" ]
}

# One round of KILL. Forks are stopped first, or a fork bomb outruns the list.
kill_members() {
  [ -z "$pids_file" ] || { echo 0 >"$pids_file"; } 2>/dev/null
  found=$(members)
  [ -z "$found" ] || kill -KILL $found 2>/dev/null
}

kill_remaining() {
  rounds=0
  while [ -n "$(members)" ] && [ "$rounds" -lt 100 ]; do
    kill_members
    rounds=$((rounds + 1))
    sleep 0.05
  done
}
