# The first process of an attempt: prepares what it sees, starts the command, reports how it ended on descriptor 4. In a private tree it is
# process 1 and collects orphans. The command is a foreground child on purpose: a background one would ignore SIGINT, and the shell says on
# standard error when a signal ended a foreground child, which is the only way to tell `exit 137` from a kill.
# Descriptors: 1 the log, 3 launch.sh, 4 status, 5 and up the cgroups.
. ./settings.sh
. "$library/members.sh"
exec 2>&4

fail() {
  echo "failed $*" >&4
  exit 125
}

[ ! -e reason ] || exit 0
if [ -n "$private_root" ]; then
  mount --all --fstab ./mounts || fail 'the private file tree could not be mounted'
  cd "$private_root" && pivot_root . .old && cd / && umount -l /.old || fail 'the private file tree could not be entered'
fi
if [ -z "$private_root$members_file" ]; then
  output=$(readlink /proc/$$/fd/1)
  output=${output#pipe:[}
  echo "${output%]}" >output
fi
cd "$working_folder" || fail "the working folder $working_folder cannot be entered"

(
  join_groups || fail 'the cgroup could not be joined'
  { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null
  if [ -z "$private_root" ]; then
    read -r stat </proc/self/stat
    echo "${stat%% *}" >"$control/session"
  fi
  umask 022
  exec 2>&1 4>&-
  exec setsid $limiter $privileges /bin/sh /dev/fd/3
)
echo "code $?" >&4
times >&4
[ -n "$private_root" ] || (cd "$control" && kill_remaining)
exit 0
