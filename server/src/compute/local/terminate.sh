# Ends an attempt: `sh terminate.sh <control folder> <cancelled | timed-out | lost> <grace seconds>`. Runs in a session of its own, so that an
# ending once asked for goes on when the server dies. It never trusts that a signal worked: it goes on until the end is recorded.
cd "$1" || exit 1
. ./settings.sh
. "$library/members.sh"
set -C
{ echo "$2" >reason; } 2>/dev/null
set +C
grace_rounds=$(($3 * 10))

over() {
  [ -e exit ] && return
  ! lives start && ! lives stage && [ -z "$(members)" ]
}

rounds=0
asked=
until [ "$rounds" -ge "$grace_rounds" ] || over; do
  if [ -z "$asked" ]; then
    found=$(members)
    [ -z "$found" ] || { kill -TERM $found 2>/dev/null; asked=yes; }
  fi
  sleep 0.1
  rounds=$((rounds + 1))
done

rounds=0
until [ "$rounds" -ge 300 ] || over; do
  kill_members
  # Without cgroups the private tree ends with its first process. With them the members die first, so that it can still report how.
  if [ -z "$members_file" ] || [ "$rounds" -ge 10 ] || ! lives start; then
    if lives stage; then
      read -r process _ <stage
      [ -z "$private_root" ] && [ "$rounds" -lt 10 ] && lives start || kill -KILL "$process" 2>/dev/null
    fi
  fi
  sleep 0.05
  rounds=$((rounds + 1))
done
if ! lives start; then
  remove_groups
  [ "$2" = timed-out ] || { lives clock && read -r process _ <clock && kill "$process"; }
fi
over
